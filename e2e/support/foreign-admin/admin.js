// Notes what the portals tell, and has a key of its own.
const log = document.querySelector("#log");
window.told = [];
for (const name of ["count-changed", "incident-selected"])
  document.addEventListener(name, (event) => {
    window.told.push({ from: event.target.id, name, ...event.detail });
    log.textContent = `${event.target.id}: ${name}`;
  });
document.addEventListener("keydown", (event) => {
  if (event.key !== "/") return;
  event.preventDefault();
  document.querySelector("#search").focus();
});
