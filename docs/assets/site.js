// What Material leaves to be done: names for screen readers, tables on a phone, copying a message.

const searchDialog = document.querySelector(".md-search[role=dialog]");
searchDialog?.setAttribute("aria-label", "Search");

// On a phone each row is a card whose cells carry the names of their columns; to screen readers it stays a table.
document.querySelectorAll(".md-typeset table:not([class])").forEach((table) => {
  const names = [...table.querySelectorAll("th")].map((header) => header.textContent);
  table.setAttribute("role", "table");
  table.querySelectorAll("thead, tbody").forEach((part) => part.setAttribute("role", "rowgroup"));
  table.querySelectorAll("th").forEach((header) => header.setAttribute("role", "columnheader"));
  table.querySelectorAll("tr").forEach((row) => {
    row.setAttribute("role", "row");
    row.querySelectorAll("td").forEach((cell, index) => {
      cell.setAttribute("role", "cell");
      cell.dataset.column = names[index];
    });
  });
});

document.querySelectorAll(".ce-messages blockquote").forEach(addCopyButton);

// Material makes these as they come into view.
mendLate();
new MutationObserver(mendLate).observe(document.body, { childList: true, subtree: true });
addEventListener("resize", mendLate);

function mendLate() {
  document.querySelectorAll(".md-code__nav").forEach((nav, index) => {
    nav.setAttribute("aria-label", `Code block ${index + 1}`);
  });
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((wrap) => {
    wrap.tabIndex = wrap.scrollWidth > wrap.clientWidth ? 0 : -1; // reached by keyboard where it scrolls
  });
}

function addCopyButton(card) {
  const text = [...card.querySelectorAll("p")].map((paragraph) => paragraph.textContent).join("\n");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ce-copy";
  button.textContent = "Copy text";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy text"), 2000);
  });
  card.append(button);
}
