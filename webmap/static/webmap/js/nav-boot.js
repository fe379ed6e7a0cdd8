/* Before the page is painted: where the sections are wider than a phone, the current one is in view. */
{
  const nav = document.querySelector(".data-nav");
  const current = nav?.querySelector("[aria-current]");
  if (current) nav.scrollLeft = current.offsetLeft - nav.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
}
