// Titles while you type: editable combobox with a list (ARIA APG). site.js fetches it on focus.
export default function suggest(form) {
  const { suggestions, none, one, many } = form.dataset;
  const input = form.querySelector("[type=search]");
  const list = form.querySelector("[role=listbox]");
  const said = form.querySelector("[role=status]");
  let timer, request, active;

  const set = (name, value) => input.setAttribute(name, value);
  set("role", "combobox");
  set("aria-autocomplete", "list");
  set("aria-controls", list.id);
  show([]);

  input.addEventListener("input", () => {
    cancel();
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const open = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Escape: cancel, Enter: active && go };
    const act = (list.hidden ? { ArrowDown: ask } : open)[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  input.addEventListener("blur", cancel);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => mark(event.target.closest("li")) || go());

  async function ask() {
    if (input.value.trim().length < 2) return;
    request = new AbortController();
    try {
      const asked = new URLSearchParams(new FormData(form));
      const answer = await fetch(`${suggestions}?${asked}`, { signal: request.signal });
      const found = (await answer.json()).suggestions;
      show(found);
      said.textContent = [none, one][found.length] ?? many.replace("#", found.length);
    } catch {
      // Another letter was typed, or no network.
    }
  }

  function show(found) {
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    set("aria-expanded", !list.hidden);
    said.textContent = "";
    mark();
  }

  function option({ title, kind, url, lang }, place) {
    const item = document.createElement("li");
    const words = document.createElement("span");
    const belongs = document.createElement("small");
    item.role = "option";
    item.id = `${list.id}-${place}`;
    item.dataset.url = url;
    words.lang = lang;
    words.textContent = title;
    belongs.textContent = kind;
    item.append(words, " ", belongs);
    return item;
  }

  function move(step) {
    const all = list.children;
    const from = active ? [...all].indexOf(active) : step < 0 ? 0 : -1;
    mark(all[(from + step + all.length) % all.length]);
  }

  function mark(item) {
    active?.removeAttribute("aria-selected");
    active = item;
    set("aria-activedescendant", item?.id ?? "");
    item?.setAttribute("aria-selected", "true");
    item?.scrollIntoView({ block: "nearest" });
  }

  function go() {
    if (active) location.assign(active.dataset.url);
  }

  function cancel() {
    clearTimeout(timer);
    request?.abort();
    show([]);
  }
}
