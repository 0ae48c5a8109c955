import type { ReactNode } from "react";
import css from "./Field.module.css";

export function Section(props: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={css.section}>
      <h3>
        {props.title}
        {props.aside}
      </h3>
      {props.children}
    </section>
  );
}

export function Facts(props: { children: ReactNode }) {
  return <dl className={css.pair}>{props.children}</dl>;
}

export function Fact(props: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </>
  );
}
