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
  if (remembered !== "both" && (document.querySelector(".edit-conflict") || hidesAnError(remembered))) {
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

/* A link to a field first opens the section that the field is in: not every browser does so by itself. */
function openSectionOf(hash) {
  const field = hash ? document.getElementById(hash.slice(1)) : null;
  const section = field?.closest("details");
  if (section) section.open = true;
}

document.addEventListener("click", ({ target }) => openSectionOf(target.closest("a[href^='#']")?.hash));
openSectionOf(location.hash);

/* The number of rows beside a heading is the server's, so it goes when a row comes or goes. */
function dropCount(name) {
  document.querySelector(`#${name}-group .inline-heading .contents`)?.remove();
}

document.addEventListener("formset:added", ({ detail }) => dropCount(detail.formsetName));
document.addEventListener("formset:removed", ({ detail }) => dropCount(detail.formsetName));

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
  // The editor opens the dialogue for a new table on the same click, before this.
  root.querySelector('button[data-name="table"]')?.addEventListener("click", () => nameTableChoices(root));
}

/* The dialogue asks in English whether the table has a header row, and supposes that it has none. */
function nameTableChoices(root) {
  const choice = root.querySelector('dialog select[name="withHeaderRow"]');
  if (!choice) return;
  for (const option of choice.options) {
    option.value = option.textContent;
    option.textContent = gettext(option.value);
  }
  choice.value = "Yes";
}

/* What is sought by writing (select2) tells assistive technology neither its label nor what there is to write in. */
function nameSought(root) {
  for (const select of root.querySelectorAll("select.admin-autocomplete.select2-hidden-accessible")) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const shown = select.nextElementSibling?.querySelector("[role=combobox]");
    if (!label || !shown) continue;
    label.id = `${select.id}_label`;
    shown.setAttribute("aria-labelledby", `${label.id} select2-${select.id}-container`);
    const rendered = shown.querySelector(".select2-selection__rendered"); // no field, and no list: a button stands in it
    rendered.removeAttribute("aria-readonly");
    rendered.setAttribute("role", "presentation");
    select.nextElementSibling.querySelector("[role=searchbox]")?.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => shown.focus());
  }
}

if (document.querySelector("select.admin-autocomplete")) {
  django.jQuery(() => nameSought(document)); // after select2 has begun, which waits for the same moment
  document.addEventListener("formset:added", (event) => setTimeout(nameSought, 0, event.target));
  django.jQuery(document).on("select2:open", ({ target }) => {
    const field = document.querySelector(".select2-container--open .select2-search--dropdown .select2-search__field");
    field?.setAttribute("aria-labelledby", `${target.id}_label`);
    target.nextElementSibling.querySelector("[role=combobox]")?.setAttribute("aria-controls", `select2-${target.id}-results`);
  });
}
