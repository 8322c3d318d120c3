/** The wheel turns pages where nothing under the pointer scrolls. */

/** Whether something under the pointer can still scroll the way the wheel turns. */
export function scrollsUnder(event: WheelEvent): boolean {
  for (let one = event.target; one instanceof Element; one = one.parentElement) {
    const left = event.deltaY < 0 ? one.scrollTop : one.scrollHeight - one.clientHeight - one.scrollTop;
    // The last pixel may be a part of one.
    if (left >= 1 && /auto|scroll/.test(getComputedStyle(one).overflowY)) return true;
  }
  return false;
}
