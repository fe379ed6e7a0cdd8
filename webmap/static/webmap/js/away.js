/* While the database is away: ask whether the page is back, and only then load it anew. */
{
  const again = async () => {
    const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
    if (answer && answer.status !== 503) location.reload();
  };
  setInterval(again, Number(document.currentScript.dataset.againS) * 1000);
}
