/* One switch for the whole form: Swedish, English or both. Without it, every text is shown. */
"use strict";

const CHOICE = "portal-admin-languages";
const content = document.getElementById("content");
const control = document.getElementById("language-switch");

function mark(root) {
  for (const box of root.querySelectorAll(".fieldBox")) {
    const language = [...box.classList].map((name) => /^field-.+_(sv|en)$/.exec(name)?.[1]).find(Boolean);
    if (language) box.parentElement.dataset.language = language;
  }
}

function show(choice) {
  content.dataset.languages = choice;
  control.querySelector(`[value="${choice}"]`).checked = true;
}

function hidesAnError(choice) {
  return [...content.querySelectorAll("[data-language]")].some(
    (box) => box.dataset.language !== choice && box.querySelector(".errorlist"),
  );
}

if (control) {
  mark(document);
  const remembered = ["sv", "en"].includes(localStorage.getItem(CHOICE)) ? localStorage.getItem(CHOICE) : "both";
  if (remembered !== "both" && hidesAnError(remembered)) {
    show("both");
    const status = control.querySelector("[role=status]");
    status.textContent = status.dataset.opened;
  } else {
    show(remembered);
  }
  control.hidden = false;
  control.addEventListener("change", (event) => {
    show(event.target.value);
    localStorage.setItem(CHOICE, event.target.value);
  });
  document.addEventListener("formset:added", (event) => mark(event.target));
}

/* The rich text editor tells assistive technology neither its label nor its language, and its buttons speak English. */
document.addEventListener("prose-editor:ready", ({ target, detail }) => {
  const editor = detail.editor.view.dom;
  const label = document.querySelector(`label[for="${target.id}"]`);
  if (label) editor.setAttribute("aria-label", label.textContent.replace(/:\s*$/, ""));
  if (target.lang) editor.lang = target.lang;
  editor.spellcheck = true;
  detail.editor.on("create", () => nameButtons(target.closest(".prose-editor")));
});

function nameButtons(root) {
  for (const button of root.querySelectorAll("button[title]")) {
    button.title = gettext(button.title);
    button.setAttribute("aria-label", button.title);
  }
  for (const option of root.querySelectorAll(".prose-menubar__option > *")) {
    option.textContent = gettext(option.textContent);
  }
}
