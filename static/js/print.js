// Shows "Print" where it can work; the browser's own menu prints without it.
const item = document.querySelector("[data-print]");
if (item) {
  item.hidden = false;
  item.firstElementChild.addEventListener("click", () => window.print());
}
