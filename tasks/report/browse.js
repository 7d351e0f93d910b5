// Browses the test images: the slider, the rows of pictures and the points of the scatters choose the image shown.
const COLUMNS = 20;
const facts = JSON.parse(document.getElementById("test-images").textContent);
const viewer = document.getElementById("viewer");
const chooser = viewer.querySelector("input");
const tip = document.getElementById("tip");

function showTile(tile, row, zoom) {
  const [width, height] = [facts.width * zoom, facts.height * zoom];
  tile.style.width = `${width}px`;
  tile.style.height = `${height}px`;
  tile.style.backgroundSize = `${COLUMNS * width}px auto`;
  tile.style.backgroundPosition = `-${(row % COLUMNS) * width}px -${Math.floor(row / COLUMNS) * height}px`;
}

function show(row) {
  const image = facts.images[row];
  chooser.value = row;
  viewer.querySelector("output").textContent = `${row + 1} of ${facts.images.length}: ${image.name}`;
  for (const figure of viewer.querySelectorAll("figure")) {
    const { title } = figure.dataset;
    showTile(figure.firstElementChild, row, 2);
    figure.firstElementChild.setAttribute("aria-label", `${title}: ${image.name}`);
    const metric = image.metrics[title];
    figure.querySelector(".metric").textContent = metric === undefined ? "" : metric.toPrecision(4);
  }
}

function choose(row) {
  show(row);
  viewer.scrollIntoView({ behavior: "smooth", block: "nearest" });
}

for (const picture of document.querySelectorAll("img.rows")) {
  const names = JSON.parse(picture.dataset.names);
  picture.addEventListener("click", (event) => {
    const name = names[Math.floor((event.offsetY / picture.clientHeight) * names.length)];
    choose(facts.images.findIndex((image) => image.name === name));
  });
}

for (const group of document.querySelectorAll('[id^="points-"]')) {
  [...group.querySelectorAll("use")].forEach((point, row) => {
    point.addEventListener("mouseenter", (event) => {
      showTile(tip.firstElementChild, row, 1.5);
      tip.lastElementChild.textContent = facts.images[row].name;
      tip.style.left = `${event.pageX + 12}px`;
      tip.style.top = `${event.pageY + 12}px`;
      tip.hidden = false;
    });
    point.addEventListener("mouseleave", () => { tip.hidden = true; });
    point.addEventListener("click", () => choose(row));
  });
}

chooser.addEventListener("input", () => show(Number(chooser.value)));
viewer.hidden = false;
show(0);

for (const slider of document.querySelectorAll(".compare input")) {
  slider.hidden = false;
  slider.addEventListener("input", () => slider.parentElement.style.setProperty("--cut", `${slider.value}%`));
}
