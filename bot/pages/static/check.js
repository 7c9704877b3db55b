// A printed receipt's code leads here with its number behind the "#", which no browser sends to a server.
const input = document.getElementById("receipt"), number = decodeURIComponent(location.hash.slice(1)).slice(0, 40);
if (number && !input.value) {
  input.value = number;
  history.replaceState(null, "", location.pathname + location.search);
}
