// The page comes alive: without this it reads the same, cell by cell, in the sections of the cases.

document.documentElement.classList.add("script");
const data = JSON.parse(byId("data").textContent);
startChoices(data.choices);
const whatIf = startWhatIf(data);
startTypes(data.types);
if (byId("packed")) unpack(byId("packed").textContent).then(startReading);
else startReading();
window.addEventListener("resize", keyStopsOnScrollers);
document.addEventListener("toggle", keyStopsOnScrollers, true);

function startReading() {
  startFilters();
  startLazy();
  startExplorer(whatIf);
  window.requestAnimationFrame(keyStopsOnScrollers);
}

// A box that holds all it shows is no stop for the Tab key; one that scrolls must be, and says so.
function keyStopsOnScrollers() {
  document.querySelectorAll(".scroll").forEach((box) => {
    const fits = box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight;
    if (box.clientWidth === 0) return;
    box.tabIndex = fits ? -1 : 0;
    box.classList.toggle("more", box.scrollWidth > box.clientWidth + 1);
  });
}
