// The page comes alive: without this it reads the same, cell by cell, in the sections of the cases.

document.documentElement.classList.add("script");
const whatIf = startWhatIf(JSON.parse(byId("data").textContent));
startFilters();
startExplorer(whatIf);
