// Lets the browser answer a question about a passkey and sends the answer with its form.
// Without JavaScript, or in a browser that knows no passkeys, the form stays without its button and says why.
(() => {
  "use strict";
  const able = Boolean(
    window.PublicKeyCredential &&
      PublicKeyCredential.parseRequestOptionsFromJSON &&
      PublicKeyCredential.parseCreationOptionsFromJSON,
  );

  const question = async (form) => {
    const here = form.querySelector("script[type='application/json']");
    if (here) return JSON.parse(here.textContent);
    const response = await fetch(form.dataset.optionsUrl, { cache: "no-store", credentials: "same-origin" });
    if (!response.ok) throw new Error(`The portal answered ${response.status}.`);
    return response.json();
  };

  const answer = async (form) => {
    const asked = await question(form);
    if (form.dataset.passkey === "create") {
      return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
    }
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
  };

  const show = (form, name) => {
    const boxes = [...form.querySelectorAll("[data-passkey-error]")];
    const wanted = boxes.find((box) => box.dataset.passkeyError === name) || boxes[boxes.length - 1];
    for (const box of boxes) box.hidden = name === null || box !== wanted;
  };

  const start = (form) => {
    form.querySelector("[data-passkey-impossible]").hidden = true;
    form.querySelector("button[type=submit]").hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      show(form, null);
      try {
        const credential = await answer(form);
        form.querySelector("[name=credential]").value = JSON.stringify(credential.toJSON());
        form.submit();
      } catch (error) {
        show(form, error.name);
      }
    });
  };

  if (able) for (const form of document.querySelectorAll("form[data-passkey]")) start(form);
})();
