// Milestones change places by Alt and the arrow keys as by their buttons.
// Convenience only: the buttons work without this file.
(function () {
  "use strict";

  document.addEventListener("keydown", (event) => {
    const row = event.altKey && event.target.closest("tr[id^=milestone-]");
    const button = row && row.querySelector(`[data-key="${event.key}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
