// Says so on the page when a security key is not there or its owner gave up.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("no-key").hidden = false;
});
