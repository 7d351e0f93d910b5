// Uses the page as a reader would, and leaves what it found in the body.
addEventListener("load", () => {
  const names = () => [...document.querySelector("table.sortable").tBodies[0].rows].map((row) => row.cells[0].innerText);
  const heading = document.querySelector("table.sortable th:nth-child(3) button");
  const shown = (language) => [...document.querySelectorAll(`h2 [lang=${language}]`)].some((one) => one.offsetParent);
  const found = { languages: [[shown("en"), shown("ko")]], orders: [names()] };
  heading.click(); found.orders.push(names());
  heading.click(); found.orders.push(names());
  found.sort = heading.parentElement.getAttribute("aria-sort");
  document.getElementById("korean").click();
  found.languages.push([shown("en"), shown("ko")]);
  const chooser = document.querySelector("#viewer input");
  const places = () => [...document.querySelectorAll("#viewer .tile")].map((tile) => tile.style.backgroundPosition);
  found.places = [places()];
  chooser.value = 1; chooser.dispatchEvent(new Event("input")); found.places.push(places());
  document.querySelector('[id^="points-"] use').dispatchEvent(new MouseEvent("click"));
  found.places.push(places());
  const slider = document.querySelector(".compare input");
  const cut = () => getComputedStyle(document.querySelector(".over")).clipPath;
  found.cut = [cut()];
  slider.value = 20; slider.dispatchEvent(new Event("input")); found.cut.push(cut());
  found.width = innerWidth;
  found.broken = [...document.images].filter((image) => !image.naturalWidth).length;
  found.overflow = document.documentElement.scrollWidth - innerWidth;
  found.background = getComputedStyle(document.body).backgroundColor;
  found.errors = errors;
  document.body.innerHTML = "";
  document.body.dataset.found = JSON.stringify(found);
});
