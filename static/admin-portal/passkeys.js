// Forms that ask for a passkey or a key: shown where the browser knows them, and tied to allauth's script.
(() => {
  const error = document.getElementById("passkey-error");
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    error.hidden = false;
  });
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const kind = form.dataset.passkey; // login, authenticate or add
    const button = form.querySelector("button");
    form.hidden = false;
    button.addEventListener("click", () => { error.hidden = true; });
    window.allauth.webauthn.forms[`${kind}Form`]({
      ids: {
        [kind]: button.id,
        credential: form.elements.credential.id,
        passwordless: form.elements.passwordless?.id,
        data: "js_data",
      },
    });
  }
})();
