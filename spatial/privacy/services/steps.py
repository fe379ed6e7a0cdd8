"""All that goes by time, in the order in which a night goes through it."""

from __future__ import annotations

from spatial.privacy.register import (
    ADDRESSES,
    CONTACT,
    LOOKS,
    PERSONS,
    PHOTOS,
    TRAILS,
    WALKS,
    WORDS,
)
from spatial.privacy.services import of_cases, of_people
from spatial.privacy.services.erasing import Step

STEPS = (
    Step("contacts", CONTACT, of_cases.with_contact, of_cases.erase_contacts, "closed_at"),
    Step("accounts_elsewhere", CONTACT, of_cases.with_accounts, of_cases.erase_accounts),
    Step("words_of_cases", WORDS, of_cases.with_words, of_cases.erase_words, "closed_at"),
    Step("photos", PHOTOS, of_cases.with_photos, of_cases.erase_photos),
    Step("callers", CONTACT, of_people.answers_with_caller, of_people.erase_callers),
    Step("words_of_answers", WORDS, of_people.answers_with_words, of_people.erase_answers),
    Step("persons", PERSONS, of_people.persons_out, of_people.delete_persons),
    Step("subscriptions", PERSONS, of_people.subscriptions_out, of_people.delete_subscriptions),
    Step("keys_of_programs", PERSONS, of_people.keys_out, of_people.erase_key_contacts),
    Step("names_of_accounts", PERSONS, of_people.accounts_out, of_people.erase_accounts),
    Step("last_positions", TRAILS, of_people.duties_with_place, of_people.erase_places),
    Step("walks", WALKS, of_people.walks, of_people.delete_walks),
    Step("kept_answers", TRAILS, of_people.kept_answers, of_people.delete_kept_answers),
    Step("addresses_of_log_ins", ADDRESSES, of_people.entries_with_address,
         of_people.erase_entries),
    Step("changes_of_persons", WORDS, of_people.entries_of_persons, of_people.erase_entries),
    Step("log_of_administration", WORDS, of_people.admin_log, of_people.delete_admin_log),
    Step("looks", LOOKS, of_people.looks, of_people.delete_looks),
)  # fmt: skip
