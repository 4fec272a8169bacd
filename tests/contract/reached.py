"""Says which operations a run never saw succeed: a run that was only ever refused has tried little.

Usage: reached.py CONTRACT.json REPORT_FOLDER. Ends with 1 when there is one that is not excused below.
"""

import json
import pathlib
import re
import sys

TWO = "needs two people and a code from one of them; the stories of tests/it/mandates do that part"
WORK = "for who comes in for their work, with a second factor; the stories of tests/it/organisations do that part"

ASKED = "needs a registered institution and a code from it; the stories of tests/it/institutions do that part"

# What can't succeed in that run, and why.
EXCUSED = {
    "contract": "read at the start, by its address; not tried again",
    "open_locker": "the person's locker is open already",
    "begin_sign_in": "tried in the run without a session",
    "end_sign_in": "needs the provider's real code; the stories of tests/it do that part",
    "sign_out": "would end the session of the run; tried in the run without one",
    "destroy_document": "tried last, by itself",
    "close_locker": "tried last, by itself",
    "reopen_locker": "tried last, by itself",
    "end_session": "tried last, by itself; its ids are real in the stories of tests/it",
    "end_other_sessions": "tried last, by itself",
    "attest_mandate": "needs help that has begun; the stories of tests/it do that part",
    "choose_contact": "takes a real telephone number; the stories of tests/it do that part",
    "amend_contact": "needs a choice; the stories of tests/it do that part",
    "keep_contact": "needs a choice; the stories of tests/it do that part",
    "send_contact_code": "sends a message; the stories of tests/it do that part",
    "confirm_contact": "needs the code that was sent; the stories of tests/it do that part",
    "token": "needs a registered institution's key; the stories of tests/it/institutions do that part",
    "institution": "needs a program's token; the stories of tests/it/institutions do that part",
    "office": ASKED,
    "make_office_request": ASKED,
    "list_office_requests": ASKED,
    "view_office_request": ASKED,
    "withdraw_office_request": ASKED,
    "receive_office_share": ASKED,
    "read_office_shared": ASKED,
    "receive_office_archive": ASKED,
    "receive_office_merged": ASKED,
    "receive_office_receipt": ASKED,
    "make_request": ASKED,
    "list_own_requests": ASKED,
    "view_own_request": ASKED,
    "withdraw_request": ASKED,
    "receive_share": ASKED,
    "read_shared": ASKED,
    "receive_archive": ASKED,
    "receive_merged": ASKED,
    "receive_receipt": ASKED,
    "share_receipt": ASKED,
    "signed_share_receipt": ASKED,
    "give_by_code": "needs a paper and a fresh proof; the stories of tests/it/bearers do that part",
    "view_share": "needs something that was handed over; the stories of tests/it/bearers do that part",
    "print_code": "needs a code; the stories of tests/it/bearers do that part",
    "enter_code": "needs a code; the stories of tests/it/bearers do that part",
    "name_reader": "needs what a code gave; the stories of tests/it/bearers do that part",
    "list_given": "needs what a code gave; the stories of tests/it/bearers do that part",
    "read_given": "needs what a code gave; the stories of tests/it/bearers do that part",
    "head_shared": ASKED,
    "take_request": ASKED,
    "view_request": ASKED,
    "decline_request": ASKED,
    "keep_answer": ASKED,
    "answer_request": ASKED,
    "revoke_share": ASKED,
    "agree_to_request": ASKED,
    "stop_agreement": ASKED,
    "view_own_agreement": ASKED,
    "issue_document": ASKED,
    "pause_share": ASKED,
    "resume_share": ASKED,
    "propose_mandate": TWO,
    "withdraw_proposal": TWO,
    "view_mandate": TWO,
    "give_mandate": TWO,
    "decline_mandate": TWO,
    "revoke_mandate": TWO,
    "word_mandate": TWO,
    "narrow_mandate": TWO,
    "renew_mandate": TWO,
    "transfer_mandate": TWO,
    "begin_visit": TWO,
    "end_visit": TWO,
    "view_own_sheet": TWO,
    "send_sheet": TWO,
    "list_sheets": WORK,
    "view_sheet": TWO,
    "confirm_sheet": TWO,
    "refuse_sheet": TWO,
    "view_signed_sheet": TWO,
    "acknowledge_mandate": TWO,
    "see_original": TWO,
    "withdraw_version": TWO,
    "open_window": WORK,
    "read_window": TWO,
    "consent_in_window": TWO,
    "decline_in_window": TWO,
    "extend_window": TWO,
    "close_window": TWO,
    "join_organisation": WORK,
    "view_second_factor": WORK,
    "begin_second_factor": WORK,
    "renew_backup_codes": WORK,
    "confirm_second_factor": WORK,
    "begin_replacing_second_factor": WORK,
    "replace_second_factor": WORK,
    "pass_second_factor": WORK,
    "view_organisation": WORK,
    "read_organisation_journal": WORK,
    "invite_member": WORK,
    "amend_member": WORK,
    "end_member": WORK,
    "reset_second_factor": WORK,
    "resume_member": WORK,
    "suspend_member": WORK,
    "provider_keys": "the demonstration's provider encrypts nothing",
    "accept_information": "takes the sum of the text in force, which no generator finds; the stories of tests/it do that part",
}


def main():
    contract = json.loads(pathlib.Path(sys.argv[1]).read_text())
    answers = []
    for report in pathlib.Path(sys.argv[2]).glob("har*"):
        for entry in json.loads(report.read_text())["log"]["entries"]:
            path = re.sub(r"^https?://[^/]*", "", entry["request"]["url"]).split("?")[0]
            answers.append((entry["request"]["method"].lower(), path, entry["response"]["status"]))
    missed = []
    for template, item in contract["paths"].items():
        pattern = re.compile(re.sub(r"\\?\{[^}]*\}", "[^/]+", re.escape(template).replace(r"\{", "{").replace(r"\}", "}")))
        for method, operation in item.items():
            seen = {status for m, path, status in answers if m == method and pattern.fullmatch(path)}
            if operation["operationId"] not in EXCUSED and not any(status < 400 for status in seen):
                missed.append(f"{method.upper()} {template}: {sorted(seen)}")
    print(f"{len(answers)} answers")
    if missed:
        sys.exit("never seen to succeed:\n" + "\n".join(missed))


if __name__ == "__main__":
    main()
