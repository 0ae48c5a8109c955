import { expect, test } from "vitest";
import { amount, byShare, extent, type MemberLoad, shareOf } from "./balance";

const member = (name: string, weightedLoad: number, capacity: number | null) => {
  const load = {
    patients: 0,
    highRiskPatients: 0,
    openTasks: 0,
    overdueTasks: 0,
    weightedLoad,
    capacity,
    effectiveCapacity: capacity,
  };
  return {
    id: name,
    name,
    role: "NURSE",
    credential: null,
    load,
    share: shareOf(load),
  } as unknown as MemberLoad;
};

test("the fullest comes first, those without a capacity last", () => {
  const members = [member("none", 90, null), member("half", 20, 40), member("over", 33, 30)];

  expect(members.sort(byShare).map((one) => one.name)).toEqual(["over", "half", "none"]);
});

test("the scale ends with the fullest, and never before capacity", () => {
  expect(extent([member("a", 10, 50), member("b", 30, 20)])).toBeCloseTo(1.56);
  expect(extent([member("none", 10, null)])).toBeCloseTo(1.04);
});

test("amounts have decimals only where they need them", () => {
  expect([amount(12), amount(12.5), amount(0.1 + 0.2), amount(4.25)]).toEqual(["12", "12.5", "0.3", "4.25"]);
});
