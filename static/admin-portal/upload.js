/* A form with a large file tells how far it has come, and what is to be corrected is told in the page that stands, so
   that the chosen file stays. A second click sends nothing. Without this script the browser sends the form by itself. */
"use strict";

{
  const LARGE = 2 * 2 ** 20;
  const form = document.getElementById("document_form");
  const told = document.querySelector(".upload");
  const bar = told?.querySelector("progress");

  const file = () => [...form.querySelectorAll("[type=file]")].flatMap((field) => [...field.files])[0];
  const fields = (root) => [...root.querySelectorAll("fieldset .form-row")].filter((row) => !row.closest(".empty-form"));

  function hold(isHeld) {
    for (const button of form.querySelectorAll("[type=submit]")) button.disabled = isHeld;
  }

  function say(words, isGoing) {
    told.hidden = false;
    bar.hidden = !isGoing;
    told.querySelector("[role=status]").textContent = words;
    hold(isGoing);
  }

  /* The answer's row in place of ours, but with our own file and help. */
  function correct(row, answered) {
    const chosen = row.querySelector("[type=file]");
    if (chosen) {
      answered.querySelector("[type=file]").replaceWith(chosen);
      answered.querySelector(".help")?.replaceWith(row.querySelector(".help"));
    }
    row.replaceWith(answered);
    const section = answered.closest("details");
    if (section && answered.querySelector(".errorlist")) section.open = true;
  }

  function show(answer) {
    const [part] = answer.match(/<form [^>]*id="document_form"[^]*?<\/form>/) ?? [""];
    const corrected = new DOMParser().parseFromString(part, "text/html").getElementById("document_form");
    const ours = fields(form);
    const theirs = corrected ? fields(corrected) : [];
    const notes = corrected ? [...corrected.querySelectorAll(".errornote")] : [];
    if (!notes.length || ours.length !== theirs.length) {
      say(told.dataset.refused, false);
      return;
    }
    told.hidden = true;
    for (const old of form.querySelectorAll(".errornote")) old.remove();
    /* Where somebody else has saved meanwhile, the answer has both texts, and says what it was filled with. */
    const isMerged = corrected.querySelector(".edit-conflict") !== null;
    const snapshot = corrected.querySelector("[name=_snapshot]");
    if (snapshot) form.elements._snapshot.value = snapshot.value;
    ours.forEach((row, at) => {
      const hasChanged = row.classList.contains("hidden") !== theirs[at].classList.contains("hidden");
      if (isMerged || hasChanged || row.querySelector(".errorlist") || theirs[at].querySelector(".errorlist")) {
        correct(row, theirs[at]);
      }
    });
    hold(false);
    form.prepend(...notes);
    notes[0].focus();
  }

  function send(button) {
    const data = new FormData(form);
    if (button?.name) data.set(button.name, button.value);
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = Math.floor((100 * loaded) / total);
      say(loaded < total ? `${told.dataset.sending} ${bar.value} %` : told.dataset.checking, true);
    });
    request.addEventListener("load", () => {
      const next = request.getResponseHeader("Location");
      if (next) location.assign(next);
      else show(request.responseText);
    });
    request.addEventListener("error", () => say(told.dataset.interrupted, false));
    request.addEventListener("abort", () => say(told.dataset.interrupted, false));
    request.open("POST", form.action);
    request.setRequestHeader("X-Sent-By-Script", "upload");
    request.send(data);
    say(`${told.dataset.sending} 0 %`, true);
  }

  form?.addEventListener("submit", (event) => {
    if (!told || !(file()?.size > LARGE)) {
      setTimeout(() => hold(true)); // once the browser has taken down which button was pressed
      return;
    }
    event.preventDefault();
    send(event.submitter);
  });
  addEventListener("pageshow", () => form && hold(false)); // when someone comes back to the page
}
