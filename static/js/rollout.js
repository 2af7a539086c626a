// Convenience only: every page works without this file.
(function () {
  "use strict";

  // The section whose form was sent, so that the keyboard stays where it was when the
  // content has been replaced.
  let section = "";

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest("[data-section]");
    section = form ? form.dataset.section : "";
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "main") return;
    const lost = !document.activeElement || document.activeElement === document.body;
    const trouble = document.getElementById("trouble");
    if (trouble) {
      trouble.focus();
    } else if (lost) {
      const place = section && document.getElementById(section);
      (place || document.getElementById("main")).focus({ preventScroll: Boolean(place) });
    }
  });

  // A link to a folded form opens it: "choose somebody" should not need a second click.
  function unfold() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    const details = target.matches("details") ? target : target.querySelector("details[data-unfold]");
    if (details) details.open = true;
  }
  addEventListener("hashchange", unfold);
  unfold();
})();
