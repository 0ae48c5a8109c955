import type { PatientDetailsFragment } from "../gql/graphql";
import css from "./patient.module.css";

/** How to reach the patient and those close to them, the best way first. */
export function Contacts(props: { contacts: PatientDetailsFragment["contacts"] }) {
  if (props.contacts.length === 0) return <p className={css.muted}>No contacts on record.</p>;
  return (
    <ul className={css.contacts}>
      {props.contacts.map((contact, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: contacts have no id and do not move.
        <li key={index}>
          {contact.name && <strong>{contact.name}</strong>}
          {contact.relationship && <span className={css.muted}> {contact.relationship}</span>}
          {(contact.name || contact.relationship) && <br />}
          {contact.phone && <a href={`tel:${contact.phone}`}>{contact.phone}</a>}
          {contact.phone && contact.email && " · "}
          {contact.email && <a href={`mailto:${contact.email}`}>{contact.email}</a>}
          {contact.address && <div>{contact.address}</div>}
        </li>
      ))}
    </ul>
  );
}
