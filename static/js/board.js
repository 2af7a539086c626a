// Moving cards by dragging and by keyboard. Both press the card's own menu, which works
// without this file; the server decides, and a card that may not move stays.
(function () {
  "use strict";

  const COLUMNS = ["planned", "in_clarification", "launched", "evaluated"];

  function columnOf(element) {
    return element.closest(".column, .board-folded");
  }

  // Press the menu's button for that column. A column that the menu does not offer is
  // asked for all the same, so that the server says why the card cannot go there.
  function move(card, state) {
    if (columnOf(card).dataset.state === state) return;
    const form = card.querySelector("form");
    const name = `${card.id}-to`;
    let button = form.querySelector(`[name="${name}"][value="${state}"]`);
    if (!button) {
      button = document.createElement("button");
      button.hidden = true;
      button.name = name;
      button.value = state;
      form.append(button);
    }
    button.click();
  }

  let dragged = null;

  function lightUp(column) {
    document.querySelectorAll(".is-over").forEach((one) => one.classList.remove("is-over"));
    if (column) column.classList.add("is-over");
  }

  document.addEventListener("dragstart", (event) => {
    const card = event.target.closest && event.target.closest(".board-card[draggable]");
    if (!card) return;
    dragged = card;
    card.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.id);
  });

  document.addEventListener("dragover", (event) => {
    const column = dragged && columnOf(event.target);
    lightUp(column);
    if (column) event.preventDefault();
  });

  document.addEventListener("drop", (event) => {
    const column = dragged && columnOf(event.target);
    if (!column) return;
    event.preventDefault();
    move(dragged, column.dataset.state);
  });

  document.addEventListener("dragend", () => {
    if (dragged) dragged.classList.remove("is-dragged");
    dragged = null;
    lightUp(null);
  });

  document.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const card = event.shiftKey && step && event.target.closest(".board-card[draggable]");
    if (!card) return;
    const here = COLUMNS.indexOf(columnOf(card).dataset.state);
    const state = here < 0 ? COLUMNS[0] : COLUMNS[here + step];
    if (!state) return;
    event.preventDefault();
    move(card, state);
  });
})();
