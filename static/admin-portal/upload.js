/* A form with a large file tells how far it has come. Without this script the browser sends it by itself. */
"use strict";

{
  const LARGE = 2 * 2 ** 20;
  const form = document.getElementById("document_form");
  const told = document.querySelector(".upload");

  const file = () => [...form.querySelectorAll("[type=file]")].flatMap((field) => [...field.files])[0];

  function say(words) {
    told.hidden = false;
    told.querySelector("[role=status]").textContent = words;
  }

  function unlock() {
    for (const button of form.querySelectorAll("[type=submit]")) button.disabled = false;
  }

  /* The page with what is to be corrected. It may run no other inline code than the page that it takes the place of. */
  function show(page) {
    document.open();
    document.write(page);
    document.close();
  }

  function send(button) {
    const data = new FormData(form);
    if (button?.name) data.set(button.name, button.value);
    const request = new XMLHttpRequest();
    const bar = told.querySelector("progress");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = Math.floor((100 * loaded) / total);
      say(loaded < total ? `${told.dataset.sending} ${bar.value} %` : told.dataset.checking);
    });
    request.addEventListener("load", () => {
      const next = request.getResponseHeader("Location");
      if (next) location.assign(next);
      else show(request.responseText);
    });
    for (const event of ["error", "abort", "timeout"]) {
      request.addEventListener(event, () => {
        unlock();
        say(told.dataset.interrupted);
      });
    }
    request.open("POST", form.action);
    request.setRequestHeader("X-Sent-By-Script", "upload");
    request.send(data);
    for (const one of form.querySelectorAll("[type=submit]")) one.disabled = true;
    told.scrollIntoView({ block: "center" });
  }

  form?.addEventListener("submit", (event) => {
    if (!told || !(file()?.size > LARGE)) return;
    event.preventDefault();
    send(event.submitter);
  });
}
