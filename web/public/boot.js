// Before the first paint: the theme chosen in this browser, and what it last knew of this host's
// tenant (its mode and colours), so that nothing flashes. The page itself asks again.
(function () {
  var root = document.documentElement;
  var theme = null;
  var tenant = null;
  try {
    theme = localStorage.getItem("gpb.theme");
    tenant = JSON.parse(localStorage.getItem("gpb.tenant"));
  } catch (error) {
    /* Storage is blocked or unreadable: the defaults apply. */
  }
  if (theme !== "dark" && theme !== "light") {
    theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  root.dataset.theme = theme;
  if (!tenant || typeof tenant !== "object") return;
  root.dataset.mode = tenant.mode === "LIVE" ? "live" : "sandbox";
  var colours = tenant.branding && tenant.branding[theme];
  if (!colours) return;
  ["brand", "on_brand", "brand_soft", "brand_ink"].forEach(function (name) {
    if (/^#[0-9a-f]{6}$/i.test(colours[name]))
      root.style.setProperty("--" + name.replace("_", "-"), colours[name]);
  });
})();
