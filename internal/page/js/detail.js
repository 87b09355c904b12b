// What the server finds out about one island when somebody wants to know.

const details = new Map(); // by island: {loading}, {error} or {detail}

// detailOf is what is known, and asks for it if nobody has.
function detailOf(island) {
	if (!details.has(island.id)) {
		fetchDetail(island.id);
	}
	return details.get(island.id);
}

async function fetchDetail(id) {
	details.set(id, { loading: true });
	try {
		const reply = await fetch(`/island?id=${encodeURIComponent(id)}`);
		if (!reply.ok) {
			throw new Error((await reply.text()).trim() || reply.statusText);
		}
		details.set(id, { detail: await reply.json() });
	} catch (error) {
		details.set(id, { error: visible(error.message) });
	}
	if (state.shown?.island === id && !state.saved) {
		drawPanel();
	}
}

// closely fills a page with what a detail says, or says why there is none.
function closely(island, fill) {
	if (state.saved) {
		return [make("p", { class: "note" }, "This is a saved map. For this the host itself must be looked at, live.")];
	}
	const { loading, error, detail } = detailOf(island);
	const again = button("Look again", () => { fetchDetail(island.id); drawPanel(); }, { class: "plain", "data-key": "again" });
	if (loading) {
		return [make("p", { class: "note loading", role: "status" }, "Looking closely…")];
	}
	if (error) {
		return [make("p", { class: "note bad", role: "alert" }, `It could not be looked at: ${error}`), again];
	}
	return [...fill(detail), again];
}

// processes are those of the map; the server adds the names of their users.
function processes(island) {
	const users = new Map((details.get(island.id)?.detail?.processes ?? []).map((p) => [p.pid, visible(p.user)]));
	if (!state.saved) {
		detailOf(island);
	}
	if (island.processes.length === 0) {
		return [make("p", { class: "note" }, "The map does not say which processes are in it.")];
	}
	const most = 500;
	const rows = island.processes.slice(0, most).map((p) => [String(p.pid), users.get(p.pid) || userName(p.uid), make("code", {}, p.command)]);
	const left = island.processes.length - rows.length;
	return [table(["PID", "User", "Command"], rows, "processes"), left > 0 ? make("p", { class: "note" }, `and ${left} more`) : null].filter(Boolean);
}

function table(heads, rows, name) {
	return make(
		"div",
		{ class: `table ${name}`, tabindex: "0", role: "region", "aria-label": name, "data-key": name },
		make("table", {}, make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, rows.map((row) => make("tr", {}, row.map((cell) => make("td", {}, cell)))))),
	);
}

function difference(island) {
	return closely(island, (detail) => {
		const sections = detail.difference ?? [];
		if (sections.length === 0) {
			return [make("p", { class: "note" }, "There is no difference to the host.")];
		}
		return sections.flatMap((section) => {
			const rows = (section.rows ?? []).map((row) => [visible(row.name), make("code", {}, visible(row.here) || "–"), make("code", {}, visible(row.there) || "–")]);
			const title = visible(section.title) + (section.namespace ? " namespace" : "");
			return [make("h3", {}, title), rows.length > 0 ? table(["", "Here", "On the host"], rows, "difference") : make("p", { class: "note" }, withoutRows(section))];
		});
	});
}

// withoutRows says what it means that a section has no rows.
function withoutRows(section) {
	if (section.hidden) {
		return "It could not be read.";
	}
	if (section.namespace) {
		return section.shared ? "It is the host's." : "It is another one, but nothing in it differs.";
	}
	return "Nothing differs.";
}

function audit(island) {
	return closely(island, (detail) => {
		if (!detail.audit) {
			return [make("p", { class: "note" }, island.sort === "host" ? "This is the host itself: there is nothing that it is kept from." : "There is no audit of this island.")];
		}
		const { findings, passed, unknown } = detail.audit;
		return [
			scoreBar(detail.audit),
			findings?.length ? make("ul", { class: "findings" }, findings.map(findingItem)) : make("p", { class: "note" }, "Nothing was found."),
			...folded("Could not be told", unknown),
			...folded("Fine", passed),
		];
	});
}

// grades are the colours of scores below a bound.
const grades = [[2.5, "good"], [6.5, "fair"], [Infinity, "poor"]];

// scoreBar shows how exposed an island is, as a bar and in a word.
function scoreBar({ score, grade, judged }) {
	const value = Math.min(10, Math.max(0, Number(score) || 0));
	const colour = grades.find(([below]) => value < below)[1];
	const text = `${value.toFixed(1)} of 10: ${visible(grade)}`;
	const bar = make("div", { class: `meter ${colour}`, role: "meter", "aria-label": "How exposed it is", "aria-valuemin": "0", "aria-valuemax": "10", "aria-valuenow": String(value), "aria-valuetext": text }, make("span"));
	bar.firstChild.style.width = `${value * 10}%`;
	const part = judged < 1 ? make("p", { class: "note" }, `${Math.round(judged * 100)} % of the rules could be judged.`) : null;
	return make("div", { class: "score" }, make("p", {}, make("strong", {}, value.toFixed(1)), ` of 10 · ${visible(grade)}`), bar, make("p", { class: "ends", "aria-hidden": "true" }, make("span", {}, "sealed"), make("span", {}, "the host")), part);
}

// folded are findings that are only looked at if somebody wants to.
function folded(title, findings) {
	return findings?.length ? [make("h3", {}, `${title} (${findings.length})`), make("ul", { class: "findings" }, findings.map(findingItem))] : [];
}

function findingItem(finding) {
	const part = (name, text, tag = "p") => (text ? make("div", {}, make("h4", {}, name), make(tag, {}, visible(text))) : null);
	const weight = Number(finding.weight) || 0;
	const summary = make("summary", { "data-key": `finding-${finding.id}` }, make("span", {}, visible(finding.title)), weight > 0 ? make("span", { class: "weight", title: "what it adds to the score" }, `+${weight.toFixed(1)}`) : null);
	return make("li", {}, make("details", {}, summary, part("Seen", finding.evidence, "pre"), part("Why it matters", finding.why), part("What helps", finding.remedy)));
}
