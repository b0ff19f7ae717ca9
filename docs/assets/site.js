// What Material leaves to be done: names for screen readers, copying a message, filtering a table.

const searchDialog = document.querySelector(".md-search[role=dialog]");
searchDialog?.setAttribute("aria-label", "Search");
document.querySelector("[data-md-component=dialog]")?.setAttribute("role", "status"); // "Copied to clipboard"

// The drawer's button is a label, which no keyboard reaches.
const drawerLabel = document.querySelector(".md-header__button[for=__drawer]");
const drawerButton = document.createElement("button");
drawerButton.type = "button";
drawerButton.className = `${drawerLabel.className} ce-drawer`;
drawerButton.setAttribute("aria-label", "Navigation");
drawerButton.append(...drawerLabel.childNodes);
drawerButton.addEventListener("click", () => document.querySelector("#__drawer").click());
drawerLabel.replaceWith(drawerButton);

document.querySelectorAll(".ce-messages blockquote").forEach(addCopyButton);
document.querySelectorAll(".ce-filter").forEach(addFilter);

// Material makes these as they come into view.
finishLate();
new MutationObserver(finishLate).observe(document.body, { childList: true, subtree: true });
addEventListener("resize", finishLate);

function finishLate() {
  document.querySelectorAll(".md-code__nav").forEach((nav) => {
    nav.setAttribute("role", "none"); // not a landmark for each block
  });
  document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code").forEach((box) => {
    box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1; // reached by keyboard where it scrolls
  });
}

function addCopyButton(card) {
  const text = [...card.querySelectorAll("p")].map((paragraph) => paragraph.textContent).join("\n");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ce-copy";
  button.textContent = "Copy text";
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy text"), 2000);
  });
  card.append(button);
}

function addFilter(box) {
  const table = box.querySelector("table");
  const rows = [...table.querySelectorAll("tbody tr")];
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const label = document.createElement("label");
  label.textContent = "Filter by text";
  const field = document.createElement("input");
  field.type = "search";
  field.addEventListener("input", () => {
    const words = field.value.split(/\s+/).map(plain);
    for (const row of rows) {
      const text = plain(row.textContent);
      row.hidden = !words.every((word) => text.includes(word));
    }
    table.hidden = rows.every((row) => row.hidden);
    status.textContent = table.hidden ? "Nothing matches." : "";
  });
  label.append(field);
  box.prepend(label, status);
}

/** Text in which case, hyphens, underscores and spaces make no difference. */
function plain(text) {
  return text.toLowerCase().replace(/[-_\s]+/g, " ");
}
