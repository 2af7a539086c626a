// Convenience only: what is dragged to another day asks the same as the form does.
(function () {
  "use strict";

  const BEGINS_AT_PX = 4;

  let dragged = null;

  document.addEventListener("pointerdown", (event) => {
    const mark = event.target.closest("[data-move]");
    if (!mark || event.button !== 0) return;
    dragged = { mark, from: event.clientX, by: 0 };
  });

  document.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    dragged.by = event.clientX - dragged.from;
    if (Math.abs(dragged.by) < BEGINS_AT_PX) return;
    dragged.mark.classList.add("is-dragged");
    dragged.mark.setAttribute("transform", `translate(${dragged.by} 0)`);
  });

  document.addEventListener("pointerup", () => {
    if (!dragged) return;
    const { mark, by } = dragged;
    dragged = null;
    mark.removeAttribute("transform");
    mark.classList.remove("is-dragged");
    if (Math.abs(by) < BEGINS_AT_PX) return;
    // The browser takes the end of a drag on a link for a click.
    addEventListener("click", (event) => event.preventDefault(), { capture: true, once: true });
    const days = daysOf(mark, by);
    if (days) ask(mark.dataset.move, days);
  });

  document.addEventListener("pointercancel", () => { dragged = null; });
  // The browser's own dragging of links would take over.
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest && event.target.closest("[data-move]")) event.preventDefault();
  });

  // The scale counts working days, so a distance on it is a number of them.
  function daysOf(mark, pixels) {
    const chart = mark.closest("[data-days]");
    return Math.round((pixels / chart.getBoundingClientRect().width) * chart.dataset.days);
  }

  function ask(move, days) {
    const address = new URL(location.href);
    for (const name of ["to", "avoid_quiet"]) address.searchParams.delete(name);
    address.searchParams.set("move", move);
    address.searchParams.set("days", days);
    address.hash = "trial";
    location.assign(address);
  }
})();
