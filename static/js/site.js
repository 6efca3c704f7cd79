// Shows "Print" where it can work; the browser's own menu prints without it.
const item = document.querySelector("[data-print]");
if (item) {
  item.hidden = false;
  item.firstElementChild.addEventListener("click", () => window.print());
}

// A search field: what suggests titles is fetched when someone comes to the field, so that it weighs on no page.
for (const field of document.querySelectorAll("form[data-suggestions]")) {
  const suggest = () => import(field.dataset.script).then((script) => script.default(field), () => {});
  field.addEventListener("focusin", suggest, { once: true });
}

// The contact form: the browser works for a moment, which shows that no machine sends by the thousand (ALTCHA).
const form = document.querySelector("form[data-challenge]");
if (form && window.crypto?.subtle) {
  const { algorithm, challenge, maxNumber, salt, signature } = JSON.parse(form.dataset.challenge);
  const encoder = new TextEncoder();
  const hash = async (number) =>
    Array.from(new Uint8Array(await crypto.subtle.digest(algorithm, encoder.encode(salt + number))), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
  const solve = async () => {
    for (let number = 0; number <= maxNumber; number++) {
      if ((await hash(number)) === challenge) {
        form.elements.proof.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
        return;
      }
    }
  };
  form.addEventListener("focusin", solve, { once: true });
}
