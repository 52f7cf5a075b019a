"use strict";

// The page can be read without this: it searches, filters, and opens what a link leads to.

const form = document.querySelector(".tools");
const scenarios = [...document.querySelectorAll(".scenario")];
const entries = [...document.querySelectorAll(".list li")];

function openTarget() {
	const target = location.hash && document.getElementById(location.hash.slice(1));
	if (!target) {
		return;
	}
	const details = target.closest("details");
	if (details) {
		details.open = true;
		details.scrollIntoView();
	}
}

// What a scenario says, once it is asked for.
const texts = new Map();

function textOf(scenario) {
	if (!texts.has(scenario)) {
		texts.set(scenario, scenario.textContent.toLowerCase());
	}
	return texts.get(scenario);
}

function matches(details, which) {
	if (!which) {
		return true;
	}
	if (which === "loud") {
		return details.matches(".loud, .lost");
	}
	return details.querySelector("summary .verdict").classList.contains(which);
}

function filter() {
	const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
	const which = form.elements.which.value;
	let shown = 0;

	scenarios.forEach((scenario, index) => {
		let cells = 0;
		for (const details of scenario.querySelectorAll(".cell")) {
			const isShown = matches(details, which);
			details.hidden = !isShown;
			cells += isShown;
		}
		const isShown = cells > 0 && words.every((word) => textOf(scenario).includes(word));
		scenario.hidden = !isShown;
		entries[index].hidden = !isShown;
		shown += isShown;
	});
	form.querySelector("output").textContent =
		shown === scenarios.length ? "" : `${shown} of ${scenarios.length} scenarios`;
}

if (form) {
	form.hidden = false;
	form.addEventListener("input", filter);
	form.addEventListener("submit", (event) => event.preventDefault());
	document.addEventListener("keydown", (event) => {
		if (event.key === "/" && !event.target.closest("input, select")) {
			event.preventDefault();
			form.elements.words.focus();
		}
	});
}

// Printed, everything is open; afterwards it is as it was.
let closed = [];
addEventListener("beforeprint", () => {
	closed = [...document.querySelectorAll("details:not([open])")];
	closed.forEach((details) => { details.open = true; });
});
addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));

addEventListener("hashchange", openTarget);
openTarget();
