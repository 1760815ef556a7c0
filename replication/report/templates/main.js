// The page comes alive: without this it reads the same, cell by cell, in the sections of the cases.

document.documentElement.classList.add("script");
const whatIf = startWhatIf(JSON.parse(byId("data").textContent));
startFilters();
startExplorer(whatIf);
keyStopsOnScrollers();
window.addEventListener("resize", keyStopsOnScrollers);

// A box that holds all it shows is no stop for the Tab key; one that scrolls must be.
function keyStopsOnScrollers() {
  document.querySelectorAll(".scroll").forEach((box) => {
    const fits = box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight;
    if (box.clientWidth > 0) box.tabIndex = fits ? -1 : 0;
  });
}
