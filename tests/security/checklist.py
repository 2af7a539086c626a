"""What a security reviewer asks of us, and which tests answer: `docs/security.md`.

`python -m tests.security.checklist` writes the table anew. An item is *held* by its
tests, *partly* held with what is missing, or *open*.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "security.md"
HEADING = """# Security: what is asked, and what answers

47 questions that a reviewer asks of an application like this one (after OWASP ASVS 5.0
and the API Top 10 of 2023), and the tests that answer them. *Held*: these tests fail if
it is not so. *Partly*: what is missing is said. *Open*: nothing answers yet. The table
is written from `tests/security/checklist.py`, and a test keeps it true: every test that
is named here exists. What we fear, and what we do about it, is in
[threat-model.md](threat-model.md).
"""

ROUTES = "security/test_matrix.py::no_address_is_missing_from_the_matrix"
LOOKED = "security/test_matrix.py::looking_changes_nothing_and_nothing_foreign_is_found"
MATRIX = "security/test_matrix.py::everybody_gets_at_every_address_what_the_table_says"


@dataclass(frozen=True)
class Item:
    """One question."""

    asks: str
    #: Tests as ``file::name`` below `tests/`, without `test_`.
    tests: tuple[str, ...] = ()
    #: What is decided or missing.
    note: str = ""
    result: str = "held"


ITEMS = {
    1: Item(
        "Every address × role × programme × scope; an unlisted route fails",
        (
            ROUTES,
            LOOKED,
            MATRIX,
            "api/test_tokens.py::every_operation_asks_for_a_scope_and_refuses_all_others",
        ),
        "The whole matrix is [access.md](access.md); `make long` compares it.",
    ),
    2: Item(
        "Foreign objects are 404: address, body, filter, expand, bulk, export, ICS",
        (
            LOOKED,
            "api/test_visibility.py::a_strangers_lists_hold_nothing_foreign",
            "api/test_visibility.py::a_filter_finds_nothing_foreign",
            "api/test_visibility.py::what_hangs_on_a_row_is_shown_only_to_who_may_see_it",
            "notifications/test_feeds.py::nobody_makes_a_calendar_of_what_they_may_not_see",
        ),
    ),
    3: Item(
        "Every query starts from what the person may see",
        (
            "rollout/test_visibility.py::every_model_of_the_domain_knows_who_may_see_it",
            "rollout/test_visibility.py::nobody_else_sees_anything",
            "security/test_queries.py::every_query_of_an_interface_begins_with_what_the_person_may_see",
        ),
    ),
    4: Item(
        "Writable references are limited to what the caller sees",
        ("api/test_changing.py::what_makes_no_sense_is_400_and_changes_nothing",),
    ),
    5: Item(
        "No mass assignment; states only through transitions",
        (
            "api/test_changing.py::what_is_not_for_people_to_change_is_400_and_names_the_field",
            "workflows/test_history.py::the_orm_cannot_write_a_state",
            "test_architecture.py::states_change_only_through_the_engine",
        ),
    ),
    6: Item(
        "The fields that are read are pinned",
        ("api/test_schema.py::the_schema_is_valid_without_warnings_and_as_checked_in",),
        "Fields do not differ by role; small numbers do, see `api/test_masking.py`.",
    ),
    7: Item(
        "Rights and state are checked in the change; a lost role counts at once",
        (
            "workflows/test_race.py::of_fifty_concurrent_attempts_one_wins",
            "security/test_leaving.py::a_role_that_is_taken_away_is_gone_with_the_next_request",
        ),
    ),
    8: Item(
        "CSRF with every cookie; tokens need no cookie; a GET changes nothing",
        (
            LOOKED,
            "notifications/test_subscriptions.py::looking_changes_nothing",
            "api/test_authentication.py::a_change_from_our_own_pages_needs_a_csrf_token",
            "api/test_authentication.py::a_cookie_alone_opens_nothing",
            "notifications/test_links_web.py::a_form_without_its_csrf_token_is_refused",
        ),
        "A digest of every table before and after a crawl of every address; only the"
        " session, and that a link or a token was used, is noted.",
    ),
    9: Item(
        "Action links: looking and an empty form change nothing; twenty posts act once",
        (
            "notifications/test_links_web.py::looking_and_an_empty_form_change_nothing",
            "browser/test_action_link.py::a_scanner_changes_nothing_and_then_the_person_acts",
            "notifications/test_links.py::twenty_posts_at_once_act_once",
        ),
    ),
    10: Item(
        "Action tokens: 256 bits, hashed, bound, expiring, dead after a change",
        (
            "notifications/test_links.py::only_the_digest_of_a_256_bit_token_is_stored",
            "notifications/test_links.py::a_link_expires",
            "notifications/test_links.py::a_link_is_good_for_no_other_object_and_no_other_purpose",
            "notifications/test_links_web.py::a_link_logs_nobody_in",
        ),
    ),
    11: Item(
        "One-click unsubscribing without cookie, only of what may be ended",
        (
            "notifications/test_subscriptions.py::one_press_ends_the_digest_without_cookie_token_or_redirect",
            "notifications/test_subscriptions.py::no_reminder_is_ended_by_one_press",
        ),
    ),
    12: Item(
        "No open redirect",
        ("security/test_hardening.py::nobody_is_sent_to_another_site",),
    ),
    13: Item(
        "Foreign hosts are refused; links in mails come from a setting",
        (
            "test_http.py::a_foreign_host_is_refused",
            "test_http.py::the_link_that_resets_a_password_ignores_the_requests_host",
        ),
    ),
    14: Item(
        "No header injection in mail",
        (
            "notifications/test_mail_text.py::a_name_with_line_feeds_makes_no_second_header",
            "notifications/test_mail_text.py::no_title_can_forge_a_header_or_markup",
        ),
    ),
    15: Item(
        "No HTML injection in mail",
        ("notifications/test_mail_text.py::no_title_can_forge_a_header_or_markup",),
    ),
    16: Item(
        "No formulas in CSV and XLSX",
        (
            "api/test_files.py::no_cell_acts_as_a_formula",
            "rollout/test_tables.py::what_looks_like_a_formula_stays_text_in_both",
        ),
    ),
    17: Item(
        "No ICS injection",
        ("notifications/test_feeds.py::a_title_cannot_smuggle_in_a_component",),
    ),
    18: Item(
        "YAML: size, aliases, depth and nodes are limited",
        (
            "rollout/plans/test_bad_files.py::a_bad_file_is_refused_with_its_place_and_nothing_is_changed",
            "rollout/plans/test_bad_files.py::a_large_file_is_refused_without_reading_all_of_it",
        ),
        "Read event by event, so depth and nodes are counted before anything is built"
        " and an alias is refused when met: a file costs what its bytes cost. A process"
        " of its own would guard nothing more.",
    ),
    19: Item(
        "XLSX import: ratio, entries, entities, formulas and rows are limited",
        (
            "security/test_parsers.py::no_workbook_that_was_made_to_hurt_is_read",
            "rollout/test_values_file.py::what_is_no_table_is_refused",
        ),
    ),
    20: Item(
        "Uploads: capped, renamed, handed out to be saved and not run",
        (
            "security/test_hardening.py::an_upload_that_is_too_large_is_refused_before_it_is_read",
            "notifications/test_evidence.py::the_file_is_kept_under_a_name_of_our_own",
            "notifications/test_evidence.py::who_may_see_the_activity_saves_it",
        ),
    ),
    21: Item(
        "No SSRF by webhooks",
        (
            "notifications/test_calling.py::what_is_not_the_public_internet_is_never_called",
            "notifications/test_calling.py::the_connection_goes_to_the_address_that_was_looked_at",
            "notifications/test_calling.py::a_redirect_is_an_answer_and_no_way_on",
        ),
    ),
    22: Item(
        "Webhooks are signed; two keys while one is exchanged",
        (
            "notifications/test_signing.py::the_schemes_own_library_accepts_a_signature",
            "notifications/test_signing.py::both_keys_fit_while_one_is_exchanged",
            "notifications/test_calling.py::only_the_beginning_of_an_answer_is_read",
        ),
    ),
    23: Item(
        "Reports of returned mail: secret, replay-safe, no foreign address",
        (
            "notifications/test_mail_events.py::without_the_secret_nothing_is_believed",
            "notifications/test_mail_events.py::the_same_report_again_and_in_another_order_has_one_effect",
            "notifications/test_mail_events.py::a_report_cannot_silence_an_address_that_the_mail_did_not_go_to",
        ),
    ),
    24: Item(
        "API tokens: shown once, hashed, scoped, expiring, revoked at once",
        (
            "api/test_authentication.py::the_secret_itself_is_not_stored",
            "api/test_tokens.py::a_token_is_made_shown_once_listed_and_revoked",
            "api/test_tokens.py::no_token_makes_one_that_is_good_for_more",
            "api/test_tokens.py::a_bound_token_sees_and_does_nothing_elsewhere",
        ),
    ),
    25: Item(
        "Timing of tokens",
        (
            "api/test_authentication.py::a_wrong_secret_behind_a_right_prefix_is_401",
            "security/test_timing.py::a_right_prefix_takes_no_longer_than_an_unknown_one",
        ),
        "Digests are compared in constant time; `make long` measures it.",
    ),
    26: Item(
        "No enumeration of people, links and calendars",
        (
            "test_http.py::a_login_code_is_sent_only_to_those_who_are_known",
            "notifications/test_links.py::the_redirect_does_the_same_for_a_known_and_an_unknown_token",
            "notifications/test_feeds.py::every_reason_to_refuse_looks_the_same",
            "security/test_enumeration.py::a_door_says_and_does_the_same_for_known_and_unknown",
            "security/test_enumeration.py::no_mail_holds_up_the_answer",
        ),
        "The same text, the same number of hashes and of queries; a mail goes out once "
        "the page has answered. That is counted, since clocks differ from run to run.",
    ),
    27: Item(
        "Throttling that a made-up X-Forwarded-For does not escape",
        (
            "api/test_throttling.py::an_address_that_the_client_makes_up_does_not_help",
            "api/test_throttling.py::guessing_tokens_is_slowed_down",
        ),
    ),
    28: Item(
        "Lockout that locks no town hall out",
        ("security/test_hardening.py::guessing_one_password_locks_out_nobody_else",),
    ),
    29: Item(
        "OpenID Connect (state, nonce, PKCE), SAML: issuer and subject; mapped roles",
        (
            "security/test_openid.py::the_question_cannot_be_answered_twice_or_elsewhere",
            "security/test_openid.py::what_cannot_be_trusted_lets_nobody_in",
            "security/test_openid.py::an_address_alone_opens_nobodys_account",
            "security/test_openid.py::who_is_known_connects_and_then_logs_in_there_alone",
            "security/test_openid.py::roles_follow_the_claims_and_never_exceed_the_mapping",
            "security/test_saml.py::what_cannot_be_trusted_lets_nobody_in",
            "security/test_saml.py::an_answer_is_good_once_and_in_the_browser_that_asked",
        ),
        "SAML is an extra, see "
        "[decision 13](decisions/0013-login-at-providers-is-strict.md).",
    ),
    30: Item(
        "Sessions: new id at login, idle and absolute limits, ended by the server",
        (
            "security/test_leaving.py::a_login_ends_when_unused_and_after_half_a_day",
            "security/test_leaving.py::a_page_that_is_left_open_does_not_keep_its_login",
            "security/test_leaving.py::a_login_gets_a_session_of_its_own",
            "security/test_leaving.py::one_sees_where_one_is_logged_in_and_ends_one_of_them",
            "security/test_leaving.py::every_door_closes_with_the_account_and_stays_shut",
        ),
    ),
    31: Item(
        "Cookies: `__Host-`, Secure, HttpOnly, SameSite",
        (
            "test_settings.py::https_makes_cookies_secure_and_plain_http_on_this_machine_does_not",
        ),
    ),
    32: Item(
        "Headers on every answer; a content security policy without `unsafe`",
        (
            "test_http.py::every_answer_says_what_a_browser_may_do_with_it",
            "security/test_hardening.py::a_static_file_says_what_a_browser_may_do_with_it",
            "browser/test_crawl.py::no_page_breaks_its_policy_or_asks_elsewhere",
        ),
        "`make long` crawls as each role; every other test in a browser fails on what"
        " its console says.",
    ),
    33: Item(
        "`check --deploy` is clean; unsafe settings do not start",
        (
            "test_settings.py::the_example_file_passes_the_deployment_checks",
            "test_settings.py::a_wrong_value_is_refused_by_name",
        ),
    ),
    34: Item(
        "Secrets stay out of logs, tasks and the repository",
        (
            "test_http.py::a_secret_in_an_address_stays_out_of_the_log",
            "notifications/test_links.py::the_stored_mail_carries_no_token",
            "test_architecture.py::nothing_committed_names_a_machine_or_a_registry",
            "security/test_secrets.py::nothing_committed_looks_like_a_secret",
        ),
    ),
    35: Item(
        "The admin is for administrators; records are read-only there",
        (
            "rollout/test_web_overview.py::an_administrator_sees_no_programme_by_that_alone",
            "security/test_second_factor.py::who_needs_a_second_factor_and_has_none_reaches_nothing_else",
            "security/test_second_factor.py::a_login_that_never_showed_the_factor_shows_it_first",
            "security/test_second_factor.py::the_admin_asks_for_more_than_a_password",
            "security/test_second_factor.py::a_setting_turns_the_admin_off",
            "browser/test_second_factor.py::a_manager_sets_up_a_key_and_logs_in_with_it",
        ),
        "A host of its own is up to the proxy; see [identity.md](identity.md).",
    ),
    36: Item(
        "Calendars: own secret, hashed, revocable, masked in the log",
        (
            "notifications/test_feeds.py::only_the_secret_opens_it_and_the_database_does_not_hold_it",
            "security/test_leaving.py::every_door_closes_with_the_account_and_stays_shut",
        ),
        "The secret is in the address, since calendar programs cannot log in.",
    ),
    37: Item(
        "Pages have a hard limit; nonsense is 400",
        (
            "api/test_problems.py::a_value_that_makes_no_sense_is_400_and_names_its_parameter",
            "api/test_files.py::a_list_that_is_too_long_for_a_file_is_refused",
        ),
    ),
    38: Item(
        "Filters and orders from a list; statements end",
        (
            "api/test_lists.py::an_order_that_is_not_offered_is_400",
            "test_settings.py::sessions_of_postgresql_have_limits",
            "security/test_hardening.py::no_expression_of_ours_takes_long_on_any_text",
        ),
    ),
    39: Item(
        "NUL and half characters are 400, never 500",
        (
            "api/test_fuzz.py::no_request_gives_a_server_error_or_an_undescribed_answer",
            "rollout/test_search.py::what_is_no_word_finds_nothing_and_does_no_harm",
        ),
    ),
    40: Item(
        "Unicode in names: nothing unseen, stored composed, addresses without case",
        (
            "security/test_unicode.py::a_name_with_unseen_characters_is_refused",
            "security/test_unicode.py::letters_are_stored_composed",
            "security/test_unicode.py::the_admin_refuses_them_as_well",
            "security/test_openid.py::a_name_from_elsewhere_hides_nothing",
        ),
    ),
    41: Item(
        "JSON: duplicate keys, NaN, depth and size",
        (
            "api/test_problems.py::json_that_is_broken_or_ambiguous_is_400",
            "api/test_problems.py::a_body_that_is_far_too_long_is_413",
        ),
    ),
    42: Item(
        "Tasks are JSON and carry no orders",
        ("security/test_hardening.py::no_task_takes_orders_from_a_message",),
    ),
    43: Item(
        "Logs: one line a request, UTC, no bodies",
        (
            "test_http.py::a_request_is_logged_without_its_query_string",
            "security/test_hardening.py::a_login_that_fails_is_in_the_log_and_nothing_that_was_typed",
        ),
    ),
    44: Item(
        "Errors tell nothing but a number",
        (
            "api/test_problems.py::a_defect_of_ours_is_a_problem_that_tells_nothing_and_is_reported",
        ),
    ),
    45: Item(
        "GDPR: export, erasure, retention",
        (
            "security/test_privacy.py::a_person_takes_along_what_is_kept_about_them",
            "security/test_privacy.py::who_takes_a_file_along_is_noted",
            "security/test_erasing.py::no_trace_of_who_is_erased_is_left_and_the_history_holds",
            "security/test_retention.py::a_rehearsal_counts_and_changes_nothing",
            "security/test_retention.py::it_is_done_once_a_month",
        ),
        "Uploads that are no text are named for a person to look at; backups keep a"
        " name until they are thrown away. See [privacy.md](privacy.md).",
    ),
    46: Item(
        "Dependencies: hashed locks, audit, SBOM",
        (
            "test_requirements.py::every_lock_has_hashes_and_no_address",
            "security/test_bill.py::the_bill_of_materials_names_every_locked_package",
        ),
        "`make audit` asks the advisory services where they can be reached.",
    ),
    47: Item(
        "Fuzzing of the API, the lifecycle and the parsers",
        (
            "api/test_fuzz.py::no_request_gives_a_server_error_or_an_undescribed_answer",
            "workflows/test_invariants.py::random_lives_keep_every_invariant",
            "rollout/plans/test_bad_files.py::arbitrary_bytes_are_read_or_refused",
            "notifications/bounced/test_reading.py::no_mail_makes_reading_fail",
            "security/test_parsers.py::no_token_crashes_a_link_or_finds_what_is_not_its_own",
            "security/test_guided_fuzz.py::no_parser_breaks_by_what_reaches_new_code",
        ),
        "`make fuzz` and `make atheris` go on for as long as one likes.",
    ),
}


def names_of_tests(file: Path) -> set[str]:
    """Return the test functions that a file defines."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}


def as_table() -> str:
    """Return what `docs/security.md` should hold."""
    rows = [
        f"| {number} | {item.asks} | {_answers(item)} | {item.result} |"
        for number, item in ITEMS.items()
    ]
    held = sum(item.result == "held" for item in ITEMS.values())
    return "\n".join(
        [
            HEADING,
            f"{held} of {len(ITEMS)} are held.\n",
            "| | asks | answered by | result |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _answers(item: Item) -> str:
    tests = [
        f"`{file}`: {name.replace('_', ' ')}"
        for file, _colons, name in (one.partition("::") for one in item.tests)
    ]
    return ". ".join(filter(None, ["; ".join(tests), item.note])).rstrip(".") + "."


if __name__ == "__main__":
    TABLE.write_text(as_table(), encoding="utf-8")
