"""Every line of the attacks table (threats.md) and the tests that hold it.

TABLE is the map; a test below sees that it points at tests that are there. What had no test elsewhere has
it here.
"""

import re
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.core import clock
from kiosk.core.db import session
from kiosk.ratings.models import Rating
from tests.conftest import Server, csrf

HERE = Path(__file__).parent
SignedIn = Callable[[str], FlaskClient]

TABLE = {
    "a pass replayed; the same phone twice": """
        ratings/test_services.py::test_a_pass_is_spent_once
        ratings/test_services.py::test_one_voice_a_meal_the_later_rating_counts
        ratings/test_slips.py::test_each_slip_is_one_rating_at_its_counter
        ratings/test_views.py::test_one_phone_has_one_voice_a_meal""",
    "a photo of the QR sent to friends": """
        ratings/test_attacks.py::test_a_code_lives_for_this_period_and_the_next
        ratings/test_attacks.py::test_a_photo_sent_in_time_is_one_voice_each_and_no_more""",
    "forged token, pass of another counter": """
        presence/test_services.py::test_no_bit_of_a_pass_can_be_changed
        ratings/test_services.py::test_a_pass_that_is_over_or_of_another_counter_is_refused
        ratings/test_views.py::test_another_counters_code_is_refused
        ratings/test_views.py::test_a_forged_pass_is_refused_in_words
        ratings/test_attacks.py::test_a_foreign_cookie_makes_no_known_phone""",
    "cookies thrown away by a script at the counter": """
        ratings/test_attacks.py::test_a_school_lunch_under_attack
        ratings/test_services.py::test_the_rule_of_fresh_visitors
        ratings/test_marking.py::test_the_rated_do_not_decide
        ratings/test_marking.py::test_who_stands_at_the_counter_does_not_decide
        ratings/test_marking.py::test_a_decision_stands_in_the_chain_with_its_reason_and_no_level""",
    "a child hammering the tablet": """
        ratings/test_services.py::test_a_second_tap_within_a_moment_is_kept_and_not_counted
        ratings/test_marking.py::test_hammering_is_misuse_and_its_first_tap_belongs_to_the_burst
        ratings/test_marking.py::test_a_child_who_taps_as_fast_as_the_page_allows_is_a_burst
        ratings/test_marking.py::test_a_drained_queue_is_never_a_burst""",
    "a tablet that is none": """
        ratings/test_api.py::test_a_stranger_is_refused
        ratings/test_api.py::test_a_revoked_tablet_is_refused
        ratings/test_api.py::test_another_counters_tablet_or_pass_is_refused
        counters/test_api.py::test_the_cookie_shows_the_page_and_opens_nothing""",
    "the defence itself locking out honest people behind one address": """
        ratings/test_attacks.py::test_a_school_lunch_under_attack
        test_attacks.py::test_no_address_is_ever_too_busy""",
    "X-Forwarded-For, Host header": """
        test_attacks.py::test_no_address_is_ever_too_busy
        setup/test_serving.py::test_https_is_believed_from_the_proxy_alone
        test_malformed.py::test_a_redirect_never_names_the_host_that_was_sent
        counters/test_posters.py::test_without_an_address_the_poster_says_so
        test_attacks.py::test_no_code_is_drawn_from_the_host_that_was_sent""",
    "forms across sites; JSON across sites": """
        test_routes.py::test_forms_without_their_token_are_refused
        ratings/test_api.py::test_a_sign_in_is_no_authority
        ratings/test_api.py::test_other_content_types_and_large_bodies_are_refused
        counters/test_api.py::test_a_form_of_another_site_cannot_enrol""",
    "session fixation, guessing, enumeration": """
        auth/test_views.py::test_signing_in_starts_a_new_session
        auth/test_views.py::test_signing_in_over_a_planted_sign_in_does_not_share_it
        auth/test_views.py::test_a_copied_cookie_ends_with_the_sign_out
        auth/test_views.py::test_every_failure_has_the_same_text
        auth/test_views.py::test_a_name_nobody_has_costs_the_same_password_work
        auth/test_views.py::test_a_name_nobody_has_costs_the_same_statements
        auth/test_views.py::test_the_delay_grows_and_ends
        auth/test_views.py::test_a_pupil_cannot_shut_out_the_head
        auth/test_views.py::test_guessing_codes_is_slowed_even_in_a_known_browser
        auth/test_views.py::test_a_code_opens_once
        auth/test_views.py::test_a_role_that_needs_a_second_factor_sets_it_up_first
        auth/test_office.py::test_a_role_that_needs_it_cannot_turn_it_off
        auth/test_office.py::test_only_ones_own_sign_ins_can_be_ended
        test_attacks.py::test_the_administrator_ends_one_browser_of_somebody""",
    "stored script in a comment shown live": """
        browser/test_live.py::test_a_script_in_a_comment_is_shown_as_text
        core/test_web.py::test_no_page_allows_foreign_or_inline_content""",
    "formulas in CSV and XLSX exports": """
        core/test_tabular.py::test_csv_runs_nothing
        core/test_tabular.py::test_xlsx_types_its_cells""",
    "zip bombs, a million rows, XXE, billion laughs, GBK taken for UTF-8": """
        core/test_tabular.py::test_a_zip_bomb_is_counted_and_not_believed
        core/test_tabular.py::test_too_many_members_are_refused
        core/test_tabular.py::test_overlapping_members_are_counted_each
        core/test_tabular.py::test_a_sheet_beyond_the_bounds_is_cut_and_says_so
        core/test_tabular.py::test_a_document_type_is_refused
        core/test_tabular.py::test_utf8_is_never_taken_for_gbk""",
    "odd numbers": """
        core/test_formats.py::test_odd_numbers_are_refused
        purchasing/test_services.py::test_odd_numbers_are_refused
        test_malformed.py::test_odd_numbers_in_an_address_lead_nowhere
        ratings/test_forms.py::test_a_bad_field_is_refused_by_its_name""",
    "file names with paths": """
        purchasing/test_imports.py::test_a_file_name_is_never_a_path""",
    "open redirect, clickjacking, line breaks in the log": """
        core/test_web.py::test_nobody_is_led_elsewhere
        auth/test_views.py::test_signing_in_leads_nowhere_else
        core/test_web.py::test_no_page_allows_foreign_or_inline_content
        test_attacks.py::test_nobody_writes_lines_into_the_log
        test_attacks.py::test_a_failure_tells_the_log_its_text_in_one_line""",
    "an insider changes a price or a result": """
        operation/test_audit.py::test_it_notices_a_change
        operation/test_audit.py::test_the_database_itself_refuses_such_changes
        ratings/test_marking.py::test_marks_and_notes_are_never_changed
        purchasing/test_services.py::test_a_posted_version_never_changes""",
    "any malformed request, 10,000 of them": """
        test_malformed.py::test_ten_thousand_malformed_requests_do_no_harm""",
}


@pytest.mark.parametrize("attack", TABLE)
def test_the_table_points_at_tests_that_are_there(attack: str) -> None:
    for place in TABLE[attack].split():
        file, _, name = place.partition("::")
        assert re.search(rf"^def {name}\(", (HERE / file).read_text("utf-8"), re.MULTILINE), place


def test_no_address_is_ever_too_busy(app: Flask, at_lunch: object, device_key: str) -> None:
    """300 taps within a minute from one address, whatever the headers say of it: each is stored."""
    client = app.test_client()
    for number in range(300):
        with clock.moved_to(clock.now() + timedelta(seconds=number / 5)):
            answer = client.post(
                "/api/ratings",
                json={"id": str(uuid4()), "counter": "c1", "level": 4},
                headers={
                    "Authorization": f"Device {device_key}",
                    "X-Forwarded-For": "198.51.100.1, 10.0.0.1",
                },
                environ_base={"REMOTE_ADDR": "203.0.113.7"},
            )
        assert answer.status_code == 201
    with app.app_context():
        assert session.query(Rating).count() == 300


def test_no_code_is_drawn_from_the_host_that_was_sent(
    client: FlaskClient, device_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_PUBLIC_URL", "http://kiosk.school.test")
    headers = {
        "Authorization": f"Device {device_key}",
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
    }
    answer = client.get("/c/c1/qr.json", headers=headers)
    assert answer.json["url"].startswith("http://kiosk.school.test/q/c1?t=")
    assert "evil" not in client.get("/c/c1", headers=headers).text


def test_the_administrator_ends_one_browser_of_somebody(signed_in: SignedIn) -> None:
    """Every sign-in in force is listed, and each can be ended by itself."""
    first, second, admin = signed_in("wu"), signed_in("wu"), signed_in("admin")
    page = admin.get("/office/accounts/all/wu").text
    newest, oldest = re.findall(r"/office/accounts/all/wu/sign-ins/(\d+)/revoke", page)
    token = {"csrf_token": csrf(admin, "/office/accounts/all/wu")}
    assert admin.post(f"/office/accounts/all/chen/sign-ins/{newest}/revoke", data=token).status_code == 404
    assert admin.post(f"/office/accounts/all/wu/sign-ins/{oldest}/revoke", data=token).status_code == 302
    assert first.get("/office/accounts/").status_code == 302
    assert second.get("/office/accounts/").status_code == 200
    token = {"csrf_token": csrf(second, "/office/accounts/")}
    assert second.post(f"/office/accounts/all/wu/sign-ins/{newest}/revoke", data=token).status_code == 403


def test_nobody_writes_lines_into_the_log(server: Server) -> None:
    """Line breaks in request lines, addresses, headers and forms begin no line of their own."""
    for head in (
        "GET /c/c1\rFORGED HTTP/1.1\r\nHost: a\r\n",
        "FORGED\n /c/c1 HTTP/1.1\r\nHost: a\r\n",
        "GET /c/c1 HTTP/9\nFORGED\r\nHost: a\r\n",
        "GET /q/%0a%0dFORGED?t=%0aFORGED HTTP/1.1\r\nHost: a\r\nUser-Agent: \x0bFORGED\r\n",
        "POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 19\r\n\r\nusername=%0d%0aFORGED",
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
            line.sendall(head.encode("latin-1") + b"\r\n")
            line.shutdown(socket.SHUT_WR)
            while line.recv(4096):
                pass
    server.stop()
    written = "".join(server.output).replace("\r", "\n").replace("\x0b", "\n").splitlines()
    assert [line for line in written if "Invalid" in line], "what could not be read is logged"
    assert not [line for line in written if line.lstrip().startswith("FORGED")]


def test_a_failure_tells_the_log_its_text_in_one_line(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> str:
        try:
            raise KeyError("cause\nFORGED")
        except KeyError as error:
            raise ValueError("sent\r\nFORGED\x1b[2J") from error

    app.view_functions["board.index"] = fail
    assert app.test_client().get("/").status_code == 500
    written = caplog.text.replace("\r", "\n").splitlines()
    assert [line for line in written if "ValueError" in line], "it is logged"
    assert [line for line in written if "in fail" in line], "with its place"
    assert not [line for line in written if line.lstrip().startswith("FORGED")]
    assert "\x1b" not in caplog.text
