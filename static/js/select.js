// Choosing cells of the table: whole rows and columns at once, and how many there are.
// Convenience only: the boxes work without this file.
(function () {
  "use strict";

  const form = document.querySelector("form.select");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[name=activity]")];
  const count = form.querySelector(".bulk-count");

  function tell() {
    const chosen = boxes.filter((box) => box.checked).length;
    count.textContent = `${count.dataset.count} ${chosen}`;
  }

  // The boxes that a button stands for, found by where it stands in the table.
  function boxesOf(button) {
    if (button.dataset.of === "row") return within(button.closest("tr"));
    if (button.dataset.of === "area") return within(button.closest("tbody"));
    const column = button.closest("th").cellIndex;
    return boxes.filter((box) => box.closest("td").cellIndex === column);
  }

  function within(part) {
    return boxes.filter((box) => part.contains(box));
  }

  form.querySelectorAll(".select-all").forEach((button) => {
    const own = boxesOf(button);
    button.hidden = own.length < 2;
    button.addEventListener("click", () => {
      const all = own.every((box) => box.checked);
      own.forEach((box) => (box.checked = !all));
      tell();
    });
  });
  form.addEventListener("change", tell);
  tell();
})();
