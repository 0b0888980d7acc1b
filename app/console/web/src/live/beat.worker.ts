/**
 * A clock that browsers do not slow down. In a hidden tab a page's own timers may fire once a minute; a volunteer whose
 * beats stay away counts as lost, so the beat is struck in a worker.
 */

setInterval(() => postMessage("tick"), 1000);

export {};
