/** Whether something is being drawn, so that a press is no choice of a grid. */
export const drawing = { now: false };
