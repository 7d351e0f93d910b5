// Turns the headings of sortable tables into buttons that sort the rows by their column.
function sortBy(table, column, ascending) {
  const value = (row) => row.cells[column].textContent.trim();
  const number = (text) => parseFloat(text.replace(/,/g, ""));
  const compare = (one, other) => {
    const [a, b] = [value(one), value(other)];
    if (isNaN(number(a)) || isNaN(number(b))) {
      // Cells without a number, such as a baseline's training time, come last in either order.
      return isNaN(number(a)) - isNaN(number(b)) || (ascending ? 1 : -1) * a.localeCompare(b);
    }
    return (ascending ? 1 : -1) * (number(a) - number(b));
  };
  table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
}

for (const table of document.querySelectorAll("table.sortable")) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const ascending = heading.ariaSort !== "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.ariaSort = ascending ? "ascending" : "descending";
      sortBy(table, column, ascending);
    });
  });
}
