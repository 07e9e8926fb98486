// Warns before the session ends, lets the person stay, and after its end keeps the open form ready to be sent.
// The server alone decides; this file only asks it, without prolonging the session, and shows one of four texts.
(() => {
  "use strict";
  const root = document.getElementById("session");
  const warning = Number(root.dataset.warning);
  let endsAt = Date.now() + Number(root.dataset.seconds) * 1000;
  let ended = Number(root.dataset.seconds) === 0;
  let timer = 0;

  const show = (state, name = "") => {
    for (const box of root.querySelectorAll("[data-state]")) box.hidden = box.dataset.state !== state;
    root.querySelector("[data-name]").textContent = name;
  };

  const renewTokens = (token) => {
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
  };

  const plan = (milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(1000, milliseconds));
  };

  const showTimeLeft = (left, canExtend) => {
    const minutes = String(Math.max(1, Math.ceil(left / 60)));
    for (const place of root.querySelectorAll("[data-minutes]")) place.textContent = minutes;
    show(canExtend ? "soon" : "last");
    plan(Math.min(30, left + 1) * 1000);
  };

  const read = (answer) => {
    if (!answer.signed_in) {
      ended = true;
      show("ended");
      return;
    }
    if (answer.token) renewTokens(answer.token);
    endsAt = Date.now() + answer.seconds * 1000;
    if (ended) {
      ended = false;
      show("back", answer.name);
      plan((answer.seconds - warning) * 1000);
    } else if (answer.seconds <= warning) {
      showTimeLeft(answer.seconds, answer.can_extend);
    } else {
      if (root.querySelector("[data-state=back]").hidden) show("");
      plan((answer.seconds - warning) * 1000);
    }
  };

  const ask = () =>
    fetch(root.dataset.statusUrl, { headers: { "X-Background": "1" }, cache: "no-store", credentials: "same-origin" })
      .then((response) => response.json())
      .then(read)
      .catch(() => plan(30000));

  const stay = () => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    fetch(root.dataset.extendUrl, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token },
      credentials: "same-origin",
    })
      .then((response) => (response.ok ? response.json().then(read) : ask()))
      .catch(() => plan(30000));
  };

  root.querySelector("[data-extend]").addEventListener("click", stay);
  root.querySelector("[data-close]").addEventListener("click", () => show(""));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (ended || Date.now() > endsAt - warning * 1000)) ask();
  });
  window.addEventListener("focus", () => {
    if (ended || Date.now() > endsAt - warning * 1000) ask();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) ask();
  });
  if (!ended) plan(endsAt - Date.now() - warning * 1000);
})();
