/** What a team's wall says: counts, the most urgent work, and who holds what. Pure; patients by initials only. */
import { byUrgency } from "../board/columns";
import type { Task } from "../live/merge";

export type Holder = { id: string; name: string; tasks: Task[]; overdue: number };

/** `A. H.` for “Haddad, Amira” and “Amira Haddad” alike, as the server abbreviates for displays. */
export function patientInitials(name: string): string {
  const [family = "", given] = name.includes(",") ? name.split(",") : name.split(/\s+(?=\S+$)/).reverse();
  const first = (words: string | undefined) => /\p{L}/u.exec(words ?? "")?.[0]?.toUpperCase();
  return (
    [first(given), first(family)]
      .filter(Boolean)
      .map((letter) => `${letter}.`)
      .join(" ") || "–"
  );
}

const open = new Set<Task["status"]>(["READY", "ACCEPTED", "IN_PROGRESS", "ON_HOLD"]);

export function summarise(tasks: Iterable<Task>) {
  const all = [...tasks].filter((task) => open.has(task.status));
  const urgent = all.filter((task) => task.status !== "ON_HOLD").sort(forHuddle);
  const holders = new Map<string, Holder>();
  for (const task of urgent) {
    if (!task.claim) continue;
    const { id, displayName: name } = task.claim.by;
    const holder = holders.get(id) ?? { id, name, tasks: [], overdue: 0 };
    holders.set(id, holder);
    holder.tasks.push(task);
    if (task.isOverdue) holder.overdue++;
  }
  return {
    urgent,
    holders: [...holders.values()].sort(
      (a, b) => b.tasks.length - a.tasks.length || a.name.localeCompare(b.name),
    ),
    overdue: all.filter((task) => task.isOverdue).length,
    unclaimed: all.filter((task) => task.status === "READY" && !task.claim).length,
  };
}

/** STAT in nobody's hands first, then what is overdue and unclaimed, then what is overdue, then by urgency. */
function forHuddle(a: Task, b: Task): number {
  const rank = (task: Task) => {
    if (task.priority === "STAT" && !task.claim) return 3;
    if (task.isOverdue) return task.claim ? 1 : 2;
    return 0;
  };
  return rank(b) - rank(a) || byUrgency(a, b);
}
