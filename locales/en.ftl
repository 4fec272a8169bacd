# English. Rules: 1 idea a sentence, 12 words, present tense, "you". A known word, always the same one.
# Straight apostrophes here: they are set at load.

## Every page

site-name = Consigne
skip-to-content = Skip to the content
demo-banner = Demonstration: the people and the papers are invented.
main-menu = Menu
menu-open = Menu
menu-papers = My papers
menu-add = Add a paper
menu-trash = Trash
menu-journal = Who opened my papers?
menu-sessions = My devices
menu-office = Office: { $name }
sign-out = Sign out
other-language = Français
footer-api = For software developers
back-to-papers = Back to my papers
back-to-start = Back to the start
required = Required.

## The first page

home-title = Keep your papers in a safe place
home-what = Consigne keeps your important papers.
home-when = You find them again, even without a phone.
home-who = You always see who opened them.
home-enter = Enter
home-enter-work = Enter for my work, or as a volunteer
home-information = What to know before you enter
home-need-sign-in = This page is yours. Enter to see it.
home-visit-over = Your visit is over. Enter again to go on.
home-left = You have signed out.
home-demo-title = Try it
home-demo-how = Choose an invented person.
home-demo-angela = Enter as Angela
home-demo-angela-about = She already has papers.
home-demo-ahmed = Enter as Ahmed
home-demo-ahmed-about = He already has papers.
home-demo-other = Enter as another person
home-demo-other-about = You choose the person on the next page.
open-title = Open my locker
open-why = You don't have a locker yet.
open-what = You put your papers there. They are sorted by category.
open-then = You can add a paper right away.
open-read = Read this text first.
open-button = Open my locker

## Proving again who one is

again-title = Prove again who you are
again-why = This action is important. It needs a recent proof.
again-what = Your identity service asks you who you are.
again-then = Then you come back to the page before. Do again there what you wanted to do.
again-then-start = Then you come back to the start.
again-button = Prove who I am

## My devices

sessions-title = My devices
sessions-told = You have a visit under way on these devices.
sessions-doubt = A device is not yours? Sign out there.
sessions-started = Entered { $moment }.
sessions-seen = Last action { $moment }.
sessions-current = This is the device you are using now.
sessions-end = Sign out on this device
sessions-end-named = Sign out on this device: { $device }
sessions-others-title = Sign out on the other devices
sessions-others-told = You stay here. On the other devices, you will have to enter again.
sessions-others = Sign out on the other devices
sessions-everywhere-title = Sign out everywhere
sessions-everywhere-told = You sign out on all devices, this one too.
sessions-everywhere = Sign out everywhere
device-told = { $browser } on { $system }
device-unknown = An unknown device
browser-edge = Edge
browser-opera = Opera
browser-samsung = Samsung Internet
browser-firefox = Firefox
browser-chrome = Chrome
browser-safari = Safari
system-iphone = an iPhone
system-ipad = an iPad
system-android = an Android phone or tablet
system-windows = a Windows computer
system-chromebook = a Chromebook computer
system-mac = a Mac computer
system-linux = a Linux computer

## Security code

factor-none-title = Create your security code
factor-none-here = You come here for your work, or as a volunteer.
factor-none-why = You are going to help people. Their papers must stay in a safe place.
factor-none-what = The security code proves that it is you. Even with your password, a thief does not get in.
factor-none-how = This code comes from an application on your phone. It changes every 30 seconds.
factor-none-before = Before you begin
factor-none-app = Install an application for codes. Examples: FreeOTP or Aegis. They are free.
factor-none-paper = Take paper and a pen, or a printer. You are going to receive 10 backup codes.
factor-none-button = Create my security code
factor-secret-title = Put Consigne in your application for codes
factor-secret-once = This page is shown only once. Keep it open until the first code.
factor-secret-nobody = Do not show this page to anybody.
factor-secret-scan-title = With the camera
factor-secret-scan = Open your application for codes. Choose to add an account, then point at this square.
factor-secret-picture = Square to point at with your application. The same key is written below.
factor-secret-type-title = Without a camera
factor-secret-type = In your application, choose to type the key. Then type these letters and figures.
factor-secret-letters = There is no zero and no 1: those are the letters O and I.
factor-secret-here = Is your application on this device?
factor-secret-open = Open my application for codes
factor-first-title = Give the first code
factor-first-told = Your application now shows 6 figures for Consigne. Type them here.
factor-first-next = Then you receive 10 backup codes. They are shown only once.
factor-first-label = Code of 6 figures
factor-first-hint = Example: 123 456.
factor-first-button = Give this code
factor-retry = Is Consigne in your application already? Give the code that it shows now.
factor-anew-title = Begin again
factor-anew-told = The page with the square is gone? Delete Consigne from your application, then begin again.
factor-anew-button = Begin again from the square
factor-give-title = Give your security code
factor-give-recent = This action is important. It needs a recent code.
factor-give-then = Nothing has changed. After the code, you come back to the page before. Then do your action again.
factor-give-told = Open your application for codes. Type the 6 figures.
factor-give-backup = You don't have your phone? Type one of your backup codes here. They are on your printed sheet.
factor-give-label = Security code or backup code
factor-give-hint = Examples: 123 456 or ABCD-EFGH-JKMN.
factor-give-button = Give my code
factor-give-lost = Have you lost everything? Talk to the person who manages the members of your organisation.
factor-give-locked = You can give a code on { $moment }.
factor-stands-title = Your security code is in place
factor-stands-codes = The 10 backup codes are shown only once.
factor-stands-new = You did not write them down? Make new ones, on your first page.
factor-stands-go = Go to my first page
factor-codes-title = Your 10 backup codes
factor-codes-made = Your security code is created.
factor-codes-old = You have new codes. The old ones no longer work.
factor-codes-once = These codes are shown only once. Print this page, or copy the codes by hand.
factor-codes-why = You don't have your phone? A backup code replaces it.
factor-codes-each = Each code works once.
factor-codes-keep = Keep them away from your phone. Do not show them to anybody.
factor-codes-after = Do you have them on paper? Continue. After that, nobody can see these codes again.
factor-codes-continue = Continue

## My organisations

work-title = My organisations
work-what = An organisation is the place where you work or help.
work-none = You don't have an organisation yet. Ask the person who manages the members for an invitation code.
work-you-help = You help people.
work-you-manage = You manage the members.
work-you-active = { $place ->
    [office] You belong to this office.
   *[other] You belong to this organisation.
}
work-you-suspended = Your rights are suspended here. Ask the person who manages the members to give them back.
work-you-suspended-why = This also happens when another organisation has taken your security code away.
work-you-suspended-leave = { $place ->
    [office] Do you want to leave this office? Ask that person for this too.
   *[other] Do you want to leave this organisation? Ask that person for this too.
}
work-you-suspended-alone = Nobody else manages the members here? Write to the Consigne service.
work-you-idle = You were away for more than 6 months. Your rights are suspended. Talk to the person who manages the members.
work-written = If you stop coming, we write to you before your rights end: { $hint }
work-you-warned = { $place ->
    [office] You have done nothing here for more than 5 months. After 6 months, your rights are suspended. They stay if you ask for papers, read some or manage the members before that.
   *[other] You have done nothing here for more than 5 months. After 6 months, your rights are suspended. They stay if you help or manage before that.
}
work-you-left = You don't belong to this organisation.
work-leave = { $place ->
    [office] Leave this office
   *[other] Leave this organisation
}
work-leave-named = { $place ->
    [office] Leave this office: { $name }
   *[other] Leave this organisation: { $name }
}
work-done-left = Done: you have left that place.
work-sheets = { $count ->
    [one] 1 sheet or decision waits for your check.
   *[other] { $count } sheets or decisions wait for your check.
}
work-sheets-link = Check
work-join-title = I have received an invitation code
work-join-label = Invitation code
work-join-hint = It has 12 letters and figures. Example: ABCD-EFGH-JKMN.
work-join-button = Join the organisation
work-codes-title = My backup codes
work-codes-left = { $count ->
    [0] You have no backup code left.
    [one] You have 1 backup code left.
   *[other] You have { $count } backup codes left.
}
work-codes-new = You can make 10 new codes. They are shown only once. The old ones will no longer work.
work-codes-prove = You must have proven who you are, then given a code, less than 5 minutes ago.
work-codes-button = Make new backup codes
work-phone-title = Change phone
work-phone-told = You have a new phone, and still the old one? Put your security code on the new one.
work-phone-link = Change phone

## A new phone

phone-title = Change phone
phone-what = You create a new security code on your new phone.
phone-until = The old code works until the first code of the new one. You have 15 minutes.
phone-then = After that, the old code and the old backup codes no longer work. You get 10 new backup codes.
phone-out = You leave Consigne on all your other devices.
phone-told = Each organisation you belong to sees that you changed your security code.
phone-before = Before you begin
phone-prove = You must prove who you are, then give a code from the old phone. A backup code works too.
phone-app = Install a code app on the new phone.
phone-button = Begin on the new phone
phone-keep = Keep my old phone
phone-stands = Your old code still works.
phone-done = Your new security code is in place. The old code and the old backup codes no longer work.

## An organisation

structure-back = Back to my organisations
structure-members = The members
structure-office-title = Members of the office: { $name }
structure-lines = { $place ->
    [office] What happened in the office
   *[other] What happened in the organisation
}
structure-lines-told = This page shows who invited, suspended or removed a person.
structure-unnamed = Name that can't be read
structure-you = This is you.
structure-volunteer = Volunteer.
structure-helps = Helps people.
structure-manages = Manages the members.
structure-invited = Invited. The code is good until { $moment }.
structure-invitation-over = The invitation is too old. Its code is no longer good.
structure-active = { $place ->
    [office] Belongs to the office.
   *[other] Belongs to the organisation.
}
structure-warned = { $place ->
    [office] Belongs to the office. Away for more than 5 months. After 6 months, their rights are suspended.
   *[other] Belongs to the organisation. Away for more than 5 months. After 6 months, their rights are suspended.
}
structure-idle = Away for more than 6 months. Their rights are suspended.
structure-suspended = Their rights are suspended.
structure-left = { $place ->
    [office] No longer belongs to the office.
   *[other] No longer belongs to the organisation.
}
structure-seen = Last day of activity: { $day }.
structure-act-named = { $act }: { $name }
structure-suspend = Suspend their rights
structure-resume = Give their rights back
structure-change = Change what they do
structure-reset = Take their security code away
structure-remove = { $place ->
    [office] Remove from the office
   *[other] Remove from the organisation
}
structure-uninvite = Take the invitation back
structure-done-suspended = Done: their rights are suspended.
structure-done-resumed = Done: their rights are given back.
structure-done-removed = { $place ->
    [office] Done: this person no longer belongs to the office.
   *[other] Done: this person no longer belongs to the organisation.
}
structure-done-uninvited = Done: the invitation is taken back.
structure-done-reset = Done: their old security code no longer works.
structure-done-changed = Done: what this person does has changed.
structure-done-joined = { $place ->
    [office] You have joined this office.
   *[other] You have joined this organisation.
}
invite-title = Invite a person
invite-told = You receive a code. You give it to this person.
invite-recent = For this, a recent security code is needed.
invite-recent-give = Give my code now
invite-name = Name of the person
invite-name-hint = Required. When they accept, their official name replaces it.
invite-does = What will this person do?
invite-helps = They help people.
invite-manages = They manage the members.
invite-volunteer = They are a volunteer.
invite-button = Invite this person
invite-wrong-title = The invitation is not made yet
invite-no-name = Write the person's name.
invite-no-role = Tick at least 1 box: they help, or they manage the members.
invited-title = The invitation code
invited-for = For: { $name }
invited-once = This code is shown only once. Copy it now.
invited-until = It is good until { $moment }. It works once.
invited-how-title = Give the code
invited-how = Say this code aloud: in front of the person, or by telephone.
invited-not = You must recognise the person. Another person with this code would take their place.
invited-then-title = Then
invited-then = The person comes into Consigne for their work. They create their security code.
invited-then-code = Then they type the invitation code on the page “My organisations”.
invited-back = { $place ->
    [office] Back to the members of the office
   *[other] Back to the organisation
}
leave-title = { $place ->
    [office] Leave this office
   *[other] Leave this organisation
}
leave-what = { $place ->
    [office] You will no longer be able to ask for papers, or read them, for this institution.
   *[other] You will no longer be able to help people for this organisation.
}
leave-lines = { $place ->
    [office] What you have done stays written. The office sees that you have left.
   *[other] What you have done stays written. The organisation sees that you have left.
}
leave-never = To come back, you will need a new invitation.
leave-button = { $place ->
    [office] Leave this office
   *[other] Leave this organisation
}
leave-keep = { $place ->
    [office] Stay in this office
   *[other] Stay in this organisation
}
remove-title = { $place ->
    [office] Remove this person from the office
   *[other] Remove this person from the organisation
}
remove-what = { $place ->
    [office] This person loses all their rights in the office, at once.
   *[other] This person loses all their rights in the organisation, at once.
}
remove-lines = What they have done stays written.
remove-never = To have them back, a new invitation will be needed.
remove-button = Remove this person
remove-keep = Keep this person
uninvite-title = Take this invitation back
uninvite-what = The invitation code no longer works, at once.
uninvite-never = To invite this person, a new code will be needed.
uninvite-button = Take this invitation back
uninvite-keep = Keep this invitation
reset-title = Take their security code away
reset-what = Has this person lost their phone and their backup codes? This button helps them.
reset-check = First check that it is really them. Talk to them in person.
reset-then = Their security code and their backup codes no longer work. They create a new one when they come in.
reset-elsewhere = Do they also belong to another organisation? Their rights there are suspended until somebody there gives them back.
reset-never = You will not be able to bring the old code back.
reset-button = Take their security code away
reset-keep = Keep their security code
suspend-title = Suspend this person's rights
suspend-what = { $place ->
    [office] At once, this person no longer asks for papers, or reads them, for this institution.
   *[other] At once, this person no longer opens the papers of the people they help.
}
suspend-members = They can do nothing here any more. What they have done stays written.
suspend-undo = You can give them their rights back later.
resume-title = Give this person their rights back
resume-check = First check that it is them. Talk to them in person.
resume-what = { $place ->
    [office] At once, they can do again what they did in this office.
   *[other] At once, they can do again what they did in this organisation.
}
resume-undo = You can suspend their rights again.
resume-keep = Leave their rights suspended
tasks-title = Change what this person does
tasks-now = Now
tasks-choose = What will this person do?
tasks-aidant = They help people, and do not manage the members.
tasks-referent = They manage the members, and do not help.
tasks-both = They help people, and manage the members.
tasks-gains-help = They will be able to help people. Their permissions to help here, if not over, will work again.
tasks-loses-help = They no longer open the papers of the people they help, at once. The people they help keep their papers.
tasks-gains-members = { $place ->
    [office] They will be able to invite, suspend and remove people. They will read what happened in the office.
   *[other] They will be able to invite, suspend and remove people. They will read what happened in the organisation.
}
tasks-loses-members = They will no longer be able to invite, suspend or remove people, at once.
tasks-undo = { $place ->
    [office] You can change it again later. The change stays written in the office.
   *[other] You can change it again later. The change stays written in the organisation.
}
tasks-button = Change what they do
tasks-keep = Change nothing
tasks-none = Choose 1 answer.

## My papers

papers-title = My papers
papers-count = { $count ->
    [0] You have no paper here yet.
    [one] You have 1 paper.
   *[other] You have { $count } papers.
}
papers-found = { $count ->
    [0] No paper matches.
    [one] 1 paper found.
   *[other] { $count } papers found.
}
papers-more = Not all your papers fit on this page. Search for a word, or choose a category.
papers-damaged = { $count ->
    [one] 1 paper no longer opens. It is kept, but damaged. Tell the service.
   *[other] { $count } papers no longer open. They are kept, but damaged. Tell the service.
}
papers-all = See all my papers
papers-empty-categories = Categories without papers
search-title = Find a paper
search-label = A word of the paper's name
search-category = Category
search-all-categories = All categories
search-button = Search
paper-added = Added on { $day }
paper-private = Hidden from my helpers
paper-good-until = Good until { $day }
paper-not-good = Not good any more. Was good until { $day }

## One paper

paper-just-added = Your paper is added. It is in a safe place.
paper-two-sides = This paper has 2 sides. Look whether both are in the file.
paper-just-restored = Your paper is back.
paper-kind = Kind of paper
paper-category = Category
paper-whose = Whose paper is it?
paper-file = File name
paper-size = Size
paper-date = Date of the paper
paper-seen-by = Who can see it?
paper-seen-by-me = You, and nobody else. Your helpers do not see it.
paper-seen-by-helpers = You, and the people whom you allow to help you.
paper-by = Added by
paper-by-you = You
paper-by-helper = Somebody who helped you
paper-when = Arrival
paper-in-trash = This paper is in the trash.
paper-in-trash-since = It has been there since { $day }.
paper-open = Open this paper
paper-open-about = { $media }, { $size }
paper-open-saves = This paper is saved on this device. Is the device not yours? Erase the paper afterwards.
paper-open-told = Each opening is written in "Who opened my papers?".
paper-trash-title = Put this paper in the trash
paper-trash-undo = You can take it back: open the trash, choose "Take back".
paper-trash-button = Put in the trash
paper-restore-told = The paper goes back to its category.
paper-restore-button = Take this paper back
media-pdf = PDF
media-image = Photo or picture
media-text = Text
media-sound = Sound
media-video = Video
media-office = Written document or table
media-other = Other sort of file

## The trash

trash-title = Trash
trash-told = These papers are still kept. You can take them back.
trash-empty = The trash is empty.
trash-more = Not all the papers fit on this page.
trash-since = In the trash since { $day }
trash-restore = Take back
trash-restore-named = Take back { $title }

## Adding

add-title = Add a paper
add-told = The paper goes into your locker. You can put it in the trash later.
add-then-asked = This paper is for a request. You come back to the request once it is added.
add-then-kinds = Asked for, one of: { $kinds }.
add-then-back = Back to the request without adding
add-kind = Kind of paper
add-kind-choose = Choose a kind
add-name = Name of the paper
add-name-hint = You can leave this empty. The name is then the kind of paper.
add-whose = Whose paper is it?
add-private = Hide this paper from my helpers
add-private-hint = People who help you will not see this paper.
add-issued = Date of the paper
add-expires = Last day the paper is good
add-date-hint = You can leave this empty.
add-file = File
add-file-hint = A photo, a PDF, a text, a sound or a video. { $limit } at most.
add-two-sides = This paper has 2 sides. Add both. Put them in 1 file.
add-two-sides-which = These papers have 2 sides: { $kinds }. Add both. Put them in 1 file.
add-file-again = Choose the file again. The rest is kept.
add-button = Add this paper
add-wrong-title = The paper is not added yet
whose-me = Mine
whose-helped = The person you help
whose-helped-child = Their child's
whose-helped-spouse = The person they live with
whose-child = My child's
whose-spouse = The person I live with

## Who opened my papers?

journal-title = Who opened my papers?
journal-told = This page shows all that happens in your locker. It starts when the locker was opened.
journal-kept = You cannot erase a line. If a line is changed, it shows here.
journal-order = The newest line is at the top. Times are those of Paris.
journal-older = Older lines
journal-own-hide = Hide what I looked at myself
journal-own-hidden = What you looked at yourself is not shown here.
journal-own-show = Show everything
whom-named = { $name }, { $organisation }
journal-newest = Newest lines
journal-empty = There is no older line.
journal-undated = Lines without a date

## Lines: who

who-person = Another person
whom-member = somebody
who-helper = A person who helps you
who-anonymous = Somebody
who-operator = The person who runs the service
who-service = The service
paper-named = “{ $title }”
paper-unnamed = a paper
paper-gone = a deleted paper
of-paper-named = of “{ $title }”
of-paper-unnamed = of a paper
of-paper-gone = of a deleted paper

## Lines: what was done

done-sign-in = { $who ->
    [you] Your visit started.
   *[other] { $name } started a visit.
}
done-sign-out = { $who ->
    [you] Your visit ended.
   *[other] { $name } ended a visit.
}
done-locker-open = { $who ->
    [you] You opened your locker for the first time.
   *[other] { $name } opened your locker for the first time.
}
done-locker-accept-information = { $who ->
    [you] You said that you agree with "What to know".
   *[other] { $name } said they agree with "What to know".
}
done-locker-close = { $who ->
    [you] You closed your locker. It will be erased on the date told.
   *[other] { $name } closed your locker. It will be erased on the date told.
}
done-locker-reopen = { $who ->
    [you] You reopened your locker.
   *[other] { $name } reopened your locker.
}
done-locker-erase = { $who ->
    [you] You erased the locker.
   *[other] { $name } erased the locker.
}
done-locker-inactive-notice = { $who ->
    [you] You noted a long absence. Nothing is erased.
   *[other] { $name } noted your long absence. Nothing is erased.
}
done-locker-view = { $who ->
    [you] You looked at how many papers you have.
   *[other] { $name } looked at how many papers you have.
}
done-document-list = { $who ->
    [you] You looked at the list of your papers.
   *[other] { $name } looked at the list of your papers.
}
done-document-view = { $who ->
    [you] You looked at the details { $of_paper }.
   *[other] { $name } looked at the details { $of_paper }.
}
done-document-deposit-begin = { $who ->
    [you] You started to add a paper.
   *[other] { $name } started to add a paper.
}
done-document-replace-begin = { $who ->
    [you] You started to replace { $paper } with a newer version.
   *[other] { $name } started to replace { $paper } with a newer version.
}
done-document-deposit = { $who ->
    [you] You added { $paper }.
   *[other] { $name } added { $paper }.
}
done-document-trash = { $who ->
    [you] You put { $paper } in the trash.
   *[other] { $name } put { $paper } in the trash.
}
done-document-restore = { $who ->
    [you] You took { $paper } back from the trash.
   *[other] { $name } took { $paper } back from the trash.
}
done-content-read = { $who ->
    [you] You opened { $paper }.
   *[other] { $name } opened { $paper }.
}
done-access-close = { $who ->
    [you] You finished reading or adding.
   *[other] { $name } noted the end of a reading or an addition.
}
done-document-new-version = { $who ->
    [you] You replaced { $paper } with a newer version.
   *[other] { $name } replaced { $paper } with a newer version.
}
done-document-amend = { $who ->
    [you] You changed the details { $of_paper }.
   *[other] { $name } changed the details { $of_paper }.
}
done-document-destroy = { $who ->
    [you] You deleted { $paper } for ever.
   *[other] { $name } deleted { $paper } for ever.
}
done-document-control = { $who ->
    [you] You asked whether { $paper } has changed.
   *[other] { $name } asked whether { $paper } has changed.
}
done-document-versions = { $who ->
    [you] You looked at the versions { $of_paper }.
   *[other] { $name } looked at the versions { $of_paper }.
}
done-locker-control = { $who ->
    [you] You asked whether your papers have changed.
   *[other] { $name } asked whether your papers have changed.
}
done-locker-export = { $who ->
    [you] You downloaded everything: your papers and their history.
   *[other] { $name } downloaded everything: your papers and their history.
}
done-journal-read = { $who ->
    [you] You looked at who opened your papers.
   *[other] { $name } looked at who opened your papers.
}
done-maintenance-verify-journal = { $who ->
    [you] You checked that the lines have not changed.
   *[other] { $name } checked that the lines have not changed.
}
done-maintenance-migrate = { $who ->
    [you] You updated how data is arranged.
   *[other] { $name } updated how data is arranged.
}
done-maintenance-sweep = { $who ->
    [you] You removed leftover pieces of files.
   *[other] { $name } removed leftover pieces of files.
}
done-maintenance-rotate-keys = { $who ->
    [you] You changed the key that protects the locker. The papers stayed closed.
   *[other] { $name } changed the key that protects the locker. The papers stayed closed.
}
done-maintenance-retire-keys = { $who ->
    [you] You removed the locker's old key. The papers stayed closed.
   *[other] { $name } removed the locker's old key. The papers stayed closed.
}
done-maintenance-list-keys = { $who ->
    [you] You counted the service's keys. Nothing was opened.
   *[other] { $name } counted the service's keys. Nothing was opened.
}

done-organisation-view = { $who ->
    [you] { $place ->
        [office] You looked at who belongs to the office.
       *[other] You looked at who belongs to the organisation.
    }
   *[other] { $place ->
        [office] { $name } looked at who belongs to the office.
       *[other] { $name } looked at who belongs to the organisation.
    }
}
done-organisation-create = { $who ->
    [you] { $place ->
        [office] You created the office.
       *[other] You created the organisation.
    }
   *[other] { $place ->
        [office] { $name } created the office.
       *[other] { $name } created the organisation.
    }
}
done-organisation-list = { $who ->
    [you] You looked at the list of organisations.
   *[other] { $name } looked at the list of organisations.
}
done-member-invite = { $who ->
    [you] You invited { $whom }.
   *[other] { $name } invited { $whom }.
}
done-member-join = { $who ->
    [you] { $place ->
        [office] You joined the office.
       *[other] You joined the organisation.
    }
   *[other] { $place ->
        [office] { $name } joined the office.
       *[other] { $name } joined the organisation.
    }
}
done-member-amend = { $who ->
    [you] You changed what { $whom } does.
   *[other] { $name } changed what { $whom } does.
}
done-member-suspend = { $who ->
    [you] You suspended { $whom }.
   *[other] { $name } suspended { $whom }.
}
done-member-resume = { $who ->
    [you] You gave { $whom } their rights again.
   *[other] { $name } gave { $whom } their rights again.
}
done-member-leave = { $who ->
    [you] { $place ->
        [office] You left the office.
       *[other] You left the organisation.
    }
   *[other] { $place ->
        [office] { $name } left the office.
       *[other] { $name } left the organisation.
    }
}
done-member-end = { $who ->
    [you] { $place ->
        [office] You removed { $whom } from the office.
       *[other] You removed { $whom } from the organisation.
    }
   *[other] { $place ->
        [office] { $name } removed { $whom } from the office.
       *[other] { $name } removed { $whom } from the organisation.
    }
}
done-member-idle-notice = { $who ->
    [you] You noted a long absence: { $whom }.
   *[other] { $name } noted a long absence: { $whom }.
}
done-member-remind = { $who ->
    [you] You wrote to { $whom } about their absence.
   *[other] { $name } wrote to { $whom } about their absence.
}
done-organisation-journal-read = { $who ->
    [you] { $place ->
        [office] You looked at what happened in the office.
       *[other] You looked at what happened in the organisation.
    }
   *[other] { $place ->
        [office] { $name } looked at what happened in the office.
       *[other] { $name } looked at what happened in the organisation.
    }
}
done-second-factor-enrol = { $who ->
    [you] You set up a security code.
   *[other] { $name } set up a security code.
}
done-second-factor-pass = { $who ->
    [you] You gave the security code.
   *[other] { $name } gave the security code.
}
done-second-factor-new-codes = { $who ->
    [you] You made new backup codes.
   *[other] { $name } made new backup codes.
}
done-second-factor-reset = { $who ->
    [you] You took away the security code of { $whom }.
   *[other] { $name } took away the security code of { $whom }.
}
done-member-factor-reset-elsewhere = In another organisation, a person who manages the members took away the security code of { $whom }. Check that it is really them before you give rights back.
done-member-set-aside = In another organisation, a person who manages the members took away the security code of { $whom }. Their rights here are suspended. Check that it is really them, then give the rights back.
done-member-factor-replaced = { $who ->
    [you] You replaced your security code.
   *[other] { $name } replaced their security code.
}
done-second-factor-replace-begin = { $who ->
    [you] You began to replace your security code.
   *[other] { $name } began to replace their security code.
}
done-second-factor-replace = { $who ->
    [you] You replaced your security code.
   *[other] { $name } replaced their security code.
}
done-help-code = { $who ->
    [you] You made a code to get help.
   *[other] { $name } made a code to get help.
}
done-mandate-propose = { $who ->
    [you] You offered to help.
   *[other] { $name } offered to help.
}
done-mandate-withdraw-proposal = { $who ->
    [you] You took back your offer of help.
   *[other] { $name } took back their offer of help.
}
done-mandate-propose-transfer = { $who ->
    [you] You proposed that a colleague helps instead of you.
   *[other] { $name } proposed that a colleague helps instead of them.
}
done-mandate-narrow = { $who ->
    [you] You took back part of a permission to help.
   *[other] { $name } took back part of a permission to help.
}
done-mandate-give-to = { $who ->
    [you] You gave { $whom } a permission to help.
   *[other] { $name } gave { $whom } a permission to help.
}
done-mandate-give = { $who ->
    [you] You gave a permission to help.
   *[other] { $name } gave a permission to help.
}
done-mandate-decline = { $who ->
    [you] You declined an offer of help.
   *[other] { $name } declined an offer of help.
}
done-mandate-revoke = { $who ->
    [you] You stopped a permission to help.
   *[other] { $name } stopped a permission to help.
}
done-mandate-list = { $who ->
    [you] You looked at who helps.
   *[other] { $name } looked at who helps.
}
done-mandate-view = { $who ->
    [you] You looked at what was done with a permission to help.
   *[other] { $name } looked at what was done with a permission to help.
}
done-mandate-stop-all = { $who ->
    [you] You stopped all help.
   *[other] { $name } stopped all help.
}
done-visit-begin = { $who ->
    [you] You began a visit.
   *[other] { $name } began a visit.
}
done-visit-end = { $who ->
    [you] You ended a visit.
   *[other] { $name } ended a visit.
}
done-document-original-seen = { $who ->
    [you] You have seen the original { $of_paper }.
   *[other] { $name } has seen the original { $of_paper }.
}
done-document-withdraw = { $who ->
    [you] You took back a paper: it was not the right one.
   *[other] { $name } took back a paper: it was not the right one.
}
done-document-withdraw-opened = { $who ->
    [you] You took back a paper: it was not the right one. Somebody had already opened it.
   *[other] { $name } took back a paper: it was not the right one. Somebody had already opened it.
}
done-member-withdrew-opened = { $who ->
    [you] You took back a paper: it was not the right one. Somebody had already opened it. Talk to the person who manages the members: a person may have to be told.
   *[other] { $name } took back a paper: it was not the right one. Somebody had already opened it. Talk about it together: a person may have to be told.
}
done-window-open = { $who ->
    [you] You offered help to somebody who was there.
   *[other] { $name } offered help to somebody who was there.
}
done-window-sign-in = You read an offer of help. It was on { $whom }.
done-window-extend = { $who ->
    [you] You gave more time to read an offer of help.
   *[other] { $name } gave more time to read an offer of help.
}
line-times = It happened { $count } times in a row.
done-window-close = You left an offer of help without an answer. It was on { $whom }.
done-window-close-time = An offer of help had no answer. The time was over. It was on { $whom }.
done-mandate-give-window = You gave a permission to help. It was on { $whom }.
done-mandate-decline-window = You declined an offer of help. It was on { $whom }.
done-mandate-expire = The permission to help ended. It was the planned date.
done-sheet-send = { $who ->
    [you] You sent the photo of a signed sheet.
   *[other] { $name } sent the photo of a signed sheet.
}
done-sheet-view = { $who ->
    [you] You looked at the photo of a signed sheet.
   *[other] { $name } looked at the photo of a signed sheet.
}
done-sheet-confirm = { $who ->
    [you] You checked a signed sheet. Help began.
   *[other] { $name } checked a signed sheet. Help began.
}
done-sheet-spoil = { $who ->
    [you] You typed a wrong name. It was the fifth: the offer of help was taken away.
   *[other] { $name } typed a wrong name. It was the fifth: the offer of help was taken away.
}
done-sheet-refuse = { $who ->
    [you] You turned down a sheet to sign.
   *[other] { $name } turned down a sheet to sign.
}
done-mandate-acknowledge = { $who ->
    [you] You confirmed help that was given on paper.
   *[other] { $name } confirmed help that was given on paper.
}
done-help-paper-code = { $who ->
    [you] You made a code to keep on paper.
   *[other] { $name } made a code to keep on paper.
}
done-help-paper-code-drop = { $who ->
    [you] You withdrew the code kept on paper.
   *[other] { $name } withdrew the code kept on paper.
}
done-sheet-list = { $who ->
    [you] You looked at the sheets that wait.
   *[other] { $name } looked at the sheets that wait.
}
done-mandate-supersede = { $who ->
    [you] You replaced a permission to help with a newer one.
   *[other] { $name } replaced a permission to help with a newer one.
}
done-session-list = { $who ->
    [you] You looked at your devices.
   *[other] { $name } looked at their devices.
}
done-session-end = { $who ->
    [you] You signed out on a device.
   *[other] { $name } signed out on a device.
}
done-session-replaced = { $who ->
    [you] Another person entered on a device where you were. Your visit there is over.
   *[other] Another person entered on a device where you were. Your visit there is over.
}
done-step-up = { $who ->
    [you] You proved again who you are.
   *[other] { $name } proved again who is there.
}

## Lines: what was tried

tried-sign-in = { $who ->
    [you] You tried to enter.
   *[other] { $name } tried to enter.
}
tried-sign-out = { $who ->
    [you] You tried to sign out.
   *[other] { $name } tried to sign out.
}
tried-locker-open = { $who ->
    [you] You tried to open a locker.
   *[other] { $name } tried to open a locker.
}
tried-locker-accept-information = { $who ->
    [you] You tried to say that you agree with "What to know".
   *[other] { $name } tried to say that they agree with "What to know".
}
tried-locker-close = { $who ->
    [you] You tried to close your locker.
   *[other] { $name } tried to close your locker.
}
tried-locker-reopen = { $who ->
    [you] You tried to reopen your locker.
   *[other] { $name } tried to reopen your locker.
}
tried-locker-erase = { $who ->
    [you] You tried to erase the locker.
   *[other] { $name } tried to erase the locker.
}
tried-locker-inactive-notice = { $who ->
    [you] You tried to note a long absence.
   *[other] { $name } tried to note your long absence.
}
tried-locker-view = { $who ->
    [you] You tried to see your locker.
   *[other] { $name } tried to see your locker.
}
tried-document-list = { $who ->
    [you] You tried to see the list of your papers.
   *[other] { $name } tried to see the list of your papers.
}
tried-document-view = { $who ->
    [you] You tried to see the details { $of_paper }.
   *[other] { $name } tried to see the details { $of_paper }.
}
tried-document-deposit-begin = { $who ->
    [you] You tried to add a paper.
   *[other] { $name } tried to add a paper.
}
tried-document-replace-begin = { $who ->
    [you] You tried to replace { $paper } with a newer version.
   *[other] { $name } tried to replace { $paper } with a newer version.
}
tried-document-deposit = { $who ->
    [you] You tried to add { $paper }.
   *[other] { $name } tried to add { $paper }.
}
tried-document-trash = { $who ->
    [you] You tried to put { $paper } in the trash.
   *[other] { $name } tried to put { $paper } in the trash.
}
tried-document-restore = { $who ->
    [you] You tried to take { $paper } back.
   *[other] { $name } tried to take { $paper } back.
}
tried-content-read = { $who ->
    [you] You tried to open { $paper }.
   *[other] { $name } tried to open { $paper }.
}
tried-access-close = { $who ->
    [you] You tried to finish reading or adding.
   *[other] { $name } tried to note the end of a reading or an addition.
}
tried-document-new-version = { $who ->
    [you] You tried to replace { $paper }.
   *[other] { $name } tried to replace { $paper }.
}
tried-document-amend = { $who ->
    [you] You tried to change the details { $of_paper }.
   *[other] { $name } tried to change the details { $of_paper }.
}
tried-document-destroy = { $who ->
    [you] You tried to delete { $paper } for ever.
   *[other] { $name } tried to delete { $paper } for ever.
}
tried-document-control = { $who ->
    [you] You tried to check { $paper }.
   *[other] { $name } tried to check { $paper }.
}
tried-document-versions = { $who ->
    [you] You tried to see the versions { $of_paper }.
   *[other] { $name } tried to see the versions { $of_paper }.
}
tried-locker-control = { $who ->
    [you] You tried to check your papers.
   *[other] { $name } tried to check your papers.
}
tried-locker-export = { $who ->
    [you] You tried to download everything.
   *[other] { $name } tried to download everything.
}
tried-journal-read = { $who ->
    [you] You tried to see who opened your papers.
   *[other] { $name } tried to see who opened your papers.
}
tried-maintenance-verify-journal = { $who ->
    [you] You tried to check the lines.
   *[other] { $name } tried to check the lines.
}
tried-maintenance-migrate = { $who ->
    [you] You tried to update how data is arranged.
   *[other] { $name } tried to update how data is arranged.
}
tried-maintenance-sweep = { $who ->
    [you] You tried to remove leftover pieces of files.
   *[other] { $name } tried to remove leftover pieces of files.
}
tried-organisation-view = { $who ->
    [you] { $place ->
        [office] You tried to look at who belongs to the office.
       *[other] You tried to look at who belongs to the organisation.
    }
   *[other] { $place ->
        [office] { $name } tried to look at who belongs to the office.
       *[other] { $name } tried to look at who belongs to the organisation.
    }
}
tried-organisation-create = { $who ->
    [you] You tried to create the organisation.
   *[other] { $name } tried to create the organisation.
}
tried-organisation-list = { $who ->
    [you] You tried to look at the list of organisations.
   *[other] { $name } tried to look at the list of organisations.
}
tried-member-invite = { $who ->
    [you] You tried to invite { $whom }.
   *[other] { $name } tried to invite { $whom }.
}
tried-member-join = { $who ->
    [you] You tried to join the organisation.
   *[other] { $name } tried to join the organisation.
}
tried-member-amend = { $who ->
    [you] You tried to change what { $whom } does.
   *[other] { $name } tried to change what { $whom } does.
}
tried-member-suspend = { $who ->
    [you] You tried to suspend { $whom }.
   *[other] { $name } tried to suspend { $whom }.
}
tried-member-resume = { $who ->
    [you] You tried to give { $whom } their rights again.
   *[other] { $name } tried to give { $whom } their rights again.
}
tried-member-leave = { $who ->
    [you] { $place ->
        [office] You tried to leave the office.
       *[other] You tried to leave the organisation.
    }
   *[other] { $place ->
        [office] { $name } tried to leave the office.
       *[other] { $name } tried to leave the organisation.
    }
}
tried-member-end = { $who ->
    [you] { $place ->
        [office] You tried to remove { $whom } from the office.
       *[other] You tried to remove { $whom } from the organisation.
    }
   *[other] { $place ->
        [office] { $name } tried to remove { $whom } from the office.
       *[other] { $name } tried to remove { $whom } from the organisation.
    }
}
tried-member-idle-notice = { $who ->
    [you] You tried to note a long absence: { $whom }.
   *[other] { $name } tried to note a long absence: { $whom }.
}
tried-member-remind = { $who ->
    [you] You tried to write to { $whom } about their absence.
   *[other] { $name } tried to write to { $whom } about their absence.
}
tried-organisation-journal-read = { $who ->
    [you] { $place ->
        [office] You tried to look at what happened in the office.
       *[other] You tried to look at what happened in the organisation.
    }
   *[other] { $place ->
        [office] { $name } tried to look at what happened in the office.
       *[other] { $name } tried to look at what happened in the organisation.
    }
}
tried-second-factor-enrol = { $who ->
    [you] You tried to set up a security code.
   *[other] { $name } tried to set up a security code.
}
tried-second-factor-pass = { $who ->
    [you] You tried to give the security code.
   *[other] { $name } tried to give the security code.
}
tried-second-factor-new-codes = { $who ->
    [you] You tried to make new backup codes.
   *[other] { $name } tried to make new backup codes.
}
tried-second-factor-reset = { $who ->
    [you] You tried to take away the security code of { $whom }.
   *[other] { $name } tried to take away the security code of { $whom }.
}
tried-member-factor-reset-elsewhere = In another organisation, somebody tried to take away the security code of { $whom }.
tried-member-set-aside = In another organisation, somebody tried to take away the security code of { $whom }.
tried-member-factor-replaced = { $who ->
    [you] You tried to replace your security code.
   *[other] { $name } tried to replace their security code.
}
tried-second-factor-replace-begin = { $who ->
    [you] You tried to begin replacing your security code.
   *[other] { $name } tried to begin replacing their security code.
}
tried-second-factor-replace = { $who ->
    [you] You tried to replace your security code.
   *[other] { $name } tried to replace their security code.
}
tried-help-code = { $who ->
    [you] You tried to make a code to get help.
   *[other] { $name } tried to make a code to get help.
}
tried-mandate-propose = { $who ->
    [you] You tried to offer to help.
   *[other] { $name } tried to offer to help.
}
tried-mandate-withdraw-proposal = { $who ->
    [you] You tried to take back an offer of help.
   *[other] { $name } tried to take back an offer of help.
}
tried-mandate-propose-transfer = { $who ->
    [you] You tried to propose that a colleague helps instead of you.
   *[other] { $name } tried to propose that a colleague helps instead of them.
}
tried-mandate-narrow = { $who ->
    [you] You tried to change a permission to help.
   *[other] { $name } tried to change a permission to help.
}
tried-mandate-give = { $who ->
    [you] You tried to give a permission to help.
   *[other] { $name } tried to give a permission to help.
}
tried-mandate-decline = { $who ->
    [you] You tried to decline an offer of help.
   *[other] { $name } tried to decline an offer of help.
}
tried-mandate-revoke = { $who ->
    [you] You tried to stop a permission to help.
   *[other] { $name } tried to stop a permission to help.
}
tried-mandate-list = { $who ->
    [you] You tried to look at who helps.
   *[other] { $name } tried to look at who helps.
}
tried-mandate-view = { $who ->
    [you] You tried to look at what was done with a permission to help.
   *[other] { $name } tried to look at what was done with a permission to help.
}
tried-mandate-stop-all = { $who ->
    [you] You tried to stop all help.
   *[other] { $name } tried to stop all help.
}
tried-visit-begin = { $who ->
    [you] You tried to begin a visit.
   *[other] { $name } tried to begin a visit.
}
tried-visit-end = { $who ->
    [you] You tried to end a visit.
   *[other] { $name } tried to end a visit.
}
tried-document-original-seen = { $who ->
    [you] You tried to note that you have seen the original { $of_paper }.
   *[other] { $name } tried to note that the original { $of_paper } was seen.
}
tried-document-withdraw = { $who ->
    [you] You tried to take back a paper that was not the right one.
   *[other] { $name } tried to take back a paper that was not the right one.
}
tried-member-withdrew-opened = { $who ->
    [you] You tried to take back a paper that was not the right one.
   *[other] { $name } tried to take back a paper that was not the right one.
}
tried-window-open = { $who ->
    [you] You tried to offer help to somebody who was there.
   *[other] { $name } tried to offer help to somebody who was there.
}
tried-window-sign-in = Somebody tried to read an offer of help, on { $whom }.
tried-window-extend = { $who ->
    [you] You tried to give more time to read an offer of help.
   *[other] { $name } tried to give more time to read an offer of help.
}
tried-window-close-time = An offer of help was to end. It was on { $whom }.
tried-window-close = Somebody tried to leave an offer of help, on { $whom }.
tried-mandate-give-window = You tried to give a permission to help, on { $whom }.
tried-mandate-decline-window = You tried to decline an offer of help, on { $whom }.
tried-mandate-expire = The permission to help was to end.
tried-sheet-send = { $who ->
    [you] You tried to send a photo for help to begin.
   *[other] { $name } tried to send a photo for help to begin.
}
tried-sheet-view = { $who ->
    [you] You tried to look at the photo that lets help begin.
   *[other] { $name } tried to look at the photo that lets help begin.
}
tried-sheet-confirm = { $who ->
    [you] You tried to check what lets help begin.
   *[other] { $name } tried to check what lets help begin.
}
tried-sheet-spoil = An offer of help was to be taken away.
tried-sheet-refuse = { $who ->
    [you] You tried to turn down what lets help begin.
   *[other] { $name } tried to turn down what lets help begin.
}
tried-mandate-acknowledge = { $who ->
    [you] You tried to confirm help that was given on paper.
   *[other] { $name } tried to confirm help that was given on paper.
}
tried-help-paper-code = { $who ->
    [you] You tried to make a code to keep on paper.
   *[other] { $name } tried to make a code to keep on paper.
}
tried-help-paper-code-drop = { $who ->
    [you] You tried to withdraw the code kept on paper.
   *[other] { $name } tried to withdraw the code kept on paper.
}
tried-sheet-list = { $who ->
    [you] You tried to look at the sheets that wait.
   *[other] { $name } tried to look at the sheets that wait.
}
tried-mandate-supersede = { $who ->
    [you] You tried to replace a permission to help.
   *[other] { $name } tried to replace a permission to help.
}
tried-session-list = { $who ->
    [you] You tried to see your devices.
   *[other] { $name } tried to see their devices.
}
tried-session-end = { $who ->
    [you] You tried to sign out on a device.
   *[other] { $name } tried to sign out on a device.
}
tried-session-replaced = Another person tried to enter on a device where you were.
tried-step-up = { $who ->
    [you] You tried to prove again who you are.
   *[other] { $name } tried to prove again who is there.
}
tried-maintenance-rotate-keys = { $who ->
    [you] You tried to change the key that protects the locker.
   *[other] { $name } tried to change the key that protects the locker.
}
tried-maintenance-retire-keys = { $who ->
    [you] You tried to remove the locker's old key.
   *[other] { $name } tried to remove the locker's old key.
}
tried-maintenance-list-keys = { $who ->
    [you] You tried to count the service's keys.
   *[other] { $name } tried to count the service's keys.
}
line-refused-entry = The entry was refused: { $because }.
line-refused = It was refused: { $because }.
line-failed = It did not work: { $because }.

## Lines: how a reading or an addition ended

close-reading-complete = The reading { $of_paper } went to the end.
close-reading-partial = Part { $of_paper } was read: { $size }.
close-reading-stopped = The reading { $of_paper } stopped: { $because }.
close-reading-amount = { $size } were read.
close-deposit-complete = The addition went to the end.
close-deposit-replayed = The paper was already there. It was not added a second time.
close-deposit-stopped = The addition stopped: { $because }.
close-control-complete = The check is done. Nothing has changed.
close-control-damaged = The check is done. A paper is damaged.
close-control-stopped = The check stopped: { $because }.
close-export-complete = Everything was downloaded.
close-export-damaged = Everything was downloaded, except what is damaged.
close-export-stopped = The sending stopped before its end: { $because }.
line-damaged = This line cannot be checked. Tell the service.

## Lines: why

because-wrong-code = the code was not right
because-factor-locked = there were too many wrong codes
because-factor-state = there is no security code yet, or there is one already
because-replacement-over = more than 15 minutes had gone by
because-already-member = this person belongs to the organisation already
because-unknown-member = nobody of that name belongs to the organisation
because-unknown-mandate = there is no such permission to help
because-own-locker = it is their own locker
because-no-sheet = the photo of the signed sheet is missing
because-second-person = a second person must check
because-surer-consent = there is a surer agreement already
because-wrong-holder = the name or the date of birth is not the person's
because-not-signed-in = nobody had entered
because-session-ended = the visit was over
because-session-idle = nothing happened for 15 minutes
because-session-expired = the visit had lasted too long
because-no-relation = this person has no tie to the locker
because-unknown-document = this paper is not in the locker
because-wrong-state = the paper was in the trash, or had already left it
because-quota-exceeded = the locker was full
because-already-open = the locker was already open
because-locker-closed = the locker is closed
because-locker-open = the locker is open
because-closure-over = the date to reopen it has passed
because-not-proven = the request does not come from the service
because-not-allowed = it was not allowed
because-not-fresh = you first have to prove again who you are
because-too-large = the file was too large
because-cut = the connection was cut
because-wrong-hash = the file had changed on the way
because-kind-of-file = this sort of file is not taken
because-store-away = the place where the papers are did not answer
because-interrupted = the service stopped
because-damaged = the paper is damaged
because-reader-left = the reading was left before the end
because-complete = all was done
because-partial = only a part was asked for
because-too-slow = nothing came any more
because-replayed = the paper was already there
because-mandate-over = the permission to help is over
because-mandate-to-come = the permission to help has not begun
because-not-a-member = this person no longer helps for their organisation
because-no-second-factor = the security code was missing
because-no-visit = no visit was under way
because-out-of-scope = the permission to help does not go that far
because-withdrawal-over = the paper had been there for more than 48 hours
because-not-own-deposit = somebody else had added this paper
because-deposit-withdrawn = the paper had already been added, then taken back
because-paper-destroyed = the paper had been added before, then deleted for ever
because-bad-field = one of the answers was not right
because-bad-answer = the proof of identity was not right
because-refused-at-issuer = the person said no
because-issuer-away = the identity service did not answer
because-too-many = there were too many tries
because-another-person = it was another person
because-not-proven-again = the proof of identity was too old
because-unknown-session = that device is not in the list
because-clock-behind = the service's clock was wrong

## The page for software developers

api-title = For software developers
api-told = This page says how software speaks to Consigne.

## What is wrong, and what to do

problem-not-signed-in-title = You need to enter first.
problem-not-signed-in-help = Enter, then try again.
problem-session-over-title = Your visit is over.
problem-session-over-help = Enter again, then try again.
problem-not-found-title = This page or this paper is not here.
problem-not-found-help = Check the address, or go back to the start.
problem-method-not-allowed-title = This address does not allow this action.
problem-method-not-allowed-help = Go back to the start and choose a button.
problem-sign-in-again-title = You first have to prove again who you are.
problem-sign-in-again-help = Nothing has changed. Enter again, then start over.
problem-another-person-title = Another person proved who they are.
problem-another-person-help = Nothing has changed. Start over with your own account.
problem-not-proven-again-title = The identity service did not ask you for a proof.
problem-not-proven-again-help = Nothing has changed. Sign out, enter again, then start over.
problem-wrong-origin-title = This request comes from another site.
problem-wrong-origin-help = Nothing has changed. Try again from the pages of Consigne.
problem-wrong-host-title = This is not the address of Consigne.
problem-wrong-host-help = Check the address at the top of your screen.
problem-wrong-state-title = It is already done, or the paper has moved.
problem-wrong-state-help = Reload the page, then look where the paper is.
problem-quota-title = Your locker is full.
problem-quota-help = Nothing is lost. Choose a smaller file, or tell the service.
problem-already-open-title = You already have a locker.
problem-already-open-help = Go back to the start to see it.
problem-locker-closed-title = Your locker is closed.
problem-locker-closed-help = Reopen your locker, then start again.
problem-locker-open-title = Your locker is already open.
problem-locker-open-help = Go back to your papers.
problem-closure-over-title = The date to reopen your locker has passed.
problem-closure-over-help = It is about to be erased. You can then open a new locker.
problem-second-factor-title = Your security code is needed
problem-second-factor-help = Give your security code, then try again.
problem-wrong-code-title = This code is not right
problem-wrong-code-help = Check the code, then try again. A code serves only once.
problem-factor-locked-title = Too many wrong codes
problem-factor-locked-help = Wait a while, then try again. You can use a backup code then.
problem-factor-state-title = This is not possible now
problem-factor-state-help = Your security code does not exist yet, or exists already. Go back to the start.
problem-replacement-over-title = More than 15 minutes have gone by
problem-replacement-over-help = Nothing has changed: your old code still works. Delete the new one from your app, then start again.
problem-already-member-title = You belong to this organisation already
problem-already-member-help = There is nothing to do.
problem-no-sheet-title = The photo is still missing
problem-no-sheet-help = Who proposes must first send the photo of the signed sheet.
problem-second-person-title = Another person must check
problem-second-person-help = Ask another person of your structure.
problem-surer-consent-title = The person has given a surer agreement already
problem-surer-consent-help = This sheet or decision does not replace that agreement. Turn it down.
problem-wrong-holder-title = This is not the right person
problem-wrong-holder-help = Read the name again. Is it the right sheet, or the right decision? If not, turn it down. After five wrong names, the sheet is taken away.
problem-own-locker-title = It is your own locker
problem-own-locker-help = Nobody helps themselves. Show this code to the person who helps you.
problem-member-state-title = It is done already, or something has changed meanwhile.
problem-member-state-help = Go back to the start, then look at the list of members.
problem-member-suspended-title = Your rights are suspended here.
problem-member-suspended-help = To leave this place, ask the person who manages the members.
problem-member-no-factor-title = This person has no security code.
problem-member-no-factor-help = They can create one when they come in. There is nothing to do.
problem-own-tasks-title = You cannot change this yourself.
problem-own-tasks-help = Ask another person who manages the members. There is none? Invite one first.
problem-not-allowed-title = You cannot do this.
problem-not-allowed-help = Nothing has changed. Go back to the start.
problem-too-large-title = This file is too large.
problem-too-large-help = The largest size is { $limit }. Choose a smaller file.
problem-empty-file-title = The file is missing or empty.
problem-empty-file-help = Choose a file that opens on your device.
problem-kind-of-file-title = This sort of file is not taken.
problem-kind-of-file-help = Choose a photo, a PDF, a text, a sound or a video.
sheet-kinds = Choose a photo or a PDF.
problem-wrong-hash-title = The file changed on the way.
problem-wrong-hash-help = Nothing is kept. Send the file again.
problem-cut-title = The connection was cut.
problem-cut-help = Try again. The paper will not be added twice.
problem-too-slow-title = The file no longer comes.
problem-too-slow-help = Check your connection, then try again.
problem-repeat-key-title = This form was already used for another paper.
problem-repeat-key-help = Open the page "Add a paper" again.
problem-paper-destroyed-title = This paper had been added, then deleted for ever.
problem-paper-destroyed-help = To add it again, open the page “Add a paper”.
problem-deposit-withdrawn-title = This paper had been added, then taken back.
problem-deposit-withdrawn-help = To add it again, open the page “Add a paper”.
problem-withdrawal-over-title = You can't take this paper back any more.
problem-withdrawal-over-help = It has been there for more than 48 hours. Tell the person whom you help: they can delete the paper.
problem-bad-range-title = This part of the paper does not exist.
problem-bad-range-help = Open the whole paper.
problem-bad-field-title = “{ $field }”: the answer is not right.
problem-bad-field-help = Correct this answer, then try again.
problem-damaged-title = This paper is damaged and does not open.
problem-damaged-help = It is not your fault. Tell the service.
problem-away-title = The service does not answer.
problem-away-help = Nothing is lost. Try again in a few minutes.
problem-full-title = The service has no room left.
problem-full-help = Your papers are still there. Try again later.
problem-too-many-title = There were too many tries.
problem-too-many-help = Wait 1 minute, then try again.
problem-declined-title = You said no: you did not enter.
problem-declined-help = Nothing was handed over. You can try again.
problem-issuer-away-title = The service that checks your identity does not answer.
problem-issuer-away-help = Your papers are in a safe place. Try again in a few minutes.
problem-not-believed-title = Your identity could not be checked.
problem-not-believed-help = Start again. If nothing changes, tell the service.
problem-unknown-sign-in-title = This entry is too old, or comes from another device.
problem-unknown-sign-in-help = Go back to the start, then enter again.
problem-no-issuer-title = You cannot enter this way.
problem-no-issuer-help = Go back to the start and choose "Enter".
problem-bad-request-title = The service did not understand this request.
problem-bad-request-help = Go back to the page before, then try again.
problem-internal-title = The service had a problem.
problem-internal-help = It is not your fault. Try again in a few minutes.
problem-field-empty = An answer is missing here.
problem-field-too-long = This is too long: { $limit } letters at most.
problem-field-not-a-date = This is not a date. Write the year, the month, the day. Example: 2027-03-31.
problem-field-not-a-hash = The fingerprint is not right: it has 64 digits or letters from a to f.
problem-field-unknown-kind = Choose a kind in the list.
problem-field-out-of-date = The text has changed. Read it again, then start again.
problem-field-otherwise = The decision does not say the same as the text. Read it again, or refuse.
problem-field-unchanged = Nothing has changed. Take something back, or leave this help as it is.
problem-field-past = This day is over. Choose a day to come.
problem-field-to-come = This day has not come yet. Write a day in the past.
problem-field-too-far = { $limit ->
    [365] It is too long: 1 year at most.
    [1827] It is too long: 5 years at most.
   *[other] It is too long: { $limit } days at most.
}
problem-field-absent = On paper, the person is not there. Choose a number of days or a date.
problem-field-not-on-paper = On paper, help never gives health. Untick everything under “Health”.
problem-field-beyond-measure = This measure only allows seeing the list, opening and adding. Untick the rest.
problem-field-not-of-person = The decision is not about the person. Untick everything under “Health”.
problem-field-one-person = On paper or by a court's decision, only one person helps. Choose “Only me”.
problem-field-wider = You can only take away what this person may do, or end it earlier.
problem-field-malformed = This answer does not have the right form.
problem-field-missing = This answer is needed.
field-title = Name of the paper
field-kind = Kind of paper
field-whose = Whose paper is it?
field-private = Hide this paper from my helpers
field-issued-on = Date of the paper
field-expires-on = Last day the paper is good
field-file = File
field-category = Category
field-accepts = Agreement with the text ‘What to know’

## The 10 categories

category-identite = Identity
category-sejour = Staying in France
category-etat-civil = Birth, marriage, family
category-logement = Housing
category-emploi = Work
category-prestations = Benefits and pension
category-impots = Taxes
category-sante = Health
category-banque = Bank
category-formation = Diplomas and other papers

## The kinds of papers

kind-identite-carte-nationale = Identity card
kind-identite-passeport = Passport
kind-identite-permis-conduire = Driving licence
kind-identite-photo = Identity photo
kind-identite-declaration-perte = Declaration of loss or theft
kind-sejour-titre-sejour = Residence permit
kind-sejour-recepisse = Receipt from the préfecture
kind-sejour-demande-asile = Asylum application certificate
kind-sejour-visa = Visa
kind-sejour-convocation-prefecture = Appointment at the préfecture
kind-etat-civil-acte-naissance = Birth certificate
kind-etat-civil-livret-famille = Family record book
kind-etat-civil-acte-mariage-pacs = Marriage or civil partnership certificate
kind-etat-civil-jugement-divorce-garde = Divorce or custody judgment
kind-etat-civil-certificat-grossesse = Pregnancy certificate
kind-logement-justificatif-domicile = Proof of address
kind-logement-attestation-hebergement = Statement of the person who provides housing
kind-logement-election-domicile = Address certificate from a social centre or an association
kind-logement-bail = Lease
kind-logement-quittance-loyer = Rent receipt
kind-logement-assurance-habitation = Home insurance
kind-logement-demande-logement-social = Social housing application
kind-emploi-bulletin-salaire = Pay slip
kind-emploi-contrat-travail = Work contract
kind-emploi-attestation-employeur = Employer's statement
kind-emploi-attestation-france-travail = France Travail statement
kind-emploi-cv = CV
kind-prestations-attestation-paiement = Payment statement from the CAF or the MSA
kind-prestations-quotient-familial = Family quotient
kind-prestations-notification-rsa = Letter about the RSA
kind-prestations-notification-aah-mdph = Decision of the MDPH
kind-prestations-pension-retraite = Pension
kind-impots-avis-imposition = Tax notice
kind-impots-declaration-revenus = Income tax return
kind-impots-taxe-fonciere = Property tax
kind-sante-carte-vitale = Health insurance card
kind-sante-attestation-droits = Health insurance statement
kind-sante-complementaire-solidaire = Supported complementary health cover
kind-sante-mutuelle = Complementary health card
kind-sante-ame = State medical aid
kind-sante-ordonnance-certificat = Prescription or medical certificate
kind-banque-rib = Bank account details
kind-banque-releve-compte = Bank statement
kind-banque-dossier-surendettement = Over-indebtedness file
kind-formation-diplome = Diploma
kind-formation-certificat-scolarite = School certificate
kind-formation-mandat-accompagnement = Paper signed with a person who helps
kind-formation-jugement-protection = Guardianship judgment
kind-formation-courrier = Letter
kind-formation-photo-souvenir = Photo or keepsake

## Download everything

export-made = Made { $moment }.
export-folder-papers = Papers
export-folder-trash = Trash
export-folder-older = Older versions
export-file-readme = README.txt
export-file-list-json = List/papers.json
export-file-list-csv = List/papers.csv
export-file-journal-json = Who opened/lines.json
export-file-journal-page = Who opened/who-opened-my-papers.html
export-folder-help = Help
export-photo-sheet = Signed sheet, { $name }
export-photo-decision = Court decision, { $name }
export-file-contact = Messages/being-told.json
export-file-handed-json = Handed over/papers-handed-over.json
export-file-handed-csv = Handed over/papers-handed-over.csv
export-file-help-json = Help/permissions-to-help.json
export-file-help-csv = Help/permissions-to-help.csv
export-file-help-page = Help/people-who-help-me.html
export-help-scope = { $category }: { $permissions }
export-help-from = The help began { $moment }.
export-help-until = Planned end: { $moment }.
export-help-over = The help ended { $moment }. It was the planned date.
export-help-ended = The help was stopped { $moment }.
export-help-text = The text:
export-help-agreed = You said yes to this text:
export-help-visits = The visits, the newest at the top:
export-help-visit = { $name }. What for: { $purpose }. End: { $moment }.
export-damaged-name = damaged paper
export-damaged-told = This paper is damaged. It is missing, or not whole. Tell the service.
export-journal-told = The oldest line is at the top. Times are those of Paris.
export-readme-title = Your whole locker
export-readme-papers = Folder “Papers”: your papers, by category. Each paper is as you added it.
export-readme-older = In each category, “Older versions” keeps the papers that you replaced.
export-readme-trash = Folder “Trash”: the papers that you had put in the trash.
export-readme-lists = Folder “List”: the list of papers. The file papers.csv opens in a spreadsheet. The file papers.json is for another service.
export-readme-help = Folder “Help”: who helps you or has helped you, your agreement, the signed sheets, the visits. Open the file that ends in html.
export-readme-messages = Folder “Messages”: how you are told, and what has not left yet. The file is for another service.
export-readme-handed = Folder “Handed over”: what institutions asked for, and what you handed over to them. The file that ends in csv is a table.
export-readme-journal = Folder “Who opened”: who opened your papers. Open the file that ends in html.
export-readme-sums = The file SHA256SUMS lets you check that nothing has changed. The command is: sha256sum --check SHA256SUMS
export-readme-careful = Careful: your papers are not protected here any more. Is this device not yours? Delete these files afterwards.

## Change, replace, check, delete

back-to-paper = Back to the paper
menu-locker = My locker
paper-just-changed = The details are changed.
paper-just-replaced = The new paper is added. The old one is kept.
paper-ends-soon = Not good for much longer: until { $day }
paper-too-old = Too old since { $day }. A more recent paper is often asked for.
papers-ends-soon = { $count ->
    [one] 1 paper will not be good for much longer.
   *[other] { $count } papers will not be good for much longer.
}
papers-ended = { $count ->
    [one] 1 paper is not good any more.
   *[other] { $count } papers are not good any more.
}
papers-too-old = { $count ->
    [one] 1 paper is too old for many procedures.
   *[other] { $count } papers are too old for many procedures.
}
change-title = Change the details of this paper
change-told = The paper itself does not change.
change-button = Keep these changes
change-wrong-title = The details are not changed yet
change-good-until = Is the paper good for longer than its date?
change-good-until-hint = Write the real last day. An identity card may last 5 years more. You can leave this empty.
replace-title = Replace with a more recent paper
replace-told = The new paper takes the place of the old one. The old one is kept.
replace-button = Replace this paper
replace-wrong-title = The paper is not replaced yet
versions-title = Versions of this paper
versions-told = The most recent version is at the top.
versions-name = Version { $number }
versions-about = Added { $moment }. { $size }.
check-title = Check that nothing has changed
check-button = Check that this paper has not changed
check-all-button = Check all my papers
check-all-what = Consigne reads all your papers again. It tells you whether they are as you added them.
check-how = Consigne read each version again. It compared it with the day it was added, and with the lines of “Who opened my papers?”.
check-back = Back
check-good = { $count ->
    [0] There is nothing to check.
    [one] 1 version checked. Nothing has changed.
   *[other] { $count } versions checked. Nothing has changed.
}
check-bad = { $count ->
    [one] 1 paper is damaged, or not as you left it.
   *[other] { $count } papers are damaged, or not as you left them.
}
check-bad-journal = The lines of “Who opened my papers?” are no longer the same. Consigne cannot compare your papers with them.
check-bad-help = { $count ->
    [one] 1 permission to help, or visit, is not as in “Who opened my papers?”. Stop all help.
   *[other] { $count } permissions to help, or visits, are not as in “Who opened my papers?”. Stop all help.
}
line-help-damaged = A permission to help is not as the lines before say. Tell the service.
line-share-damaged = Papers that were handed over are not as the lines before say. Speak to the service.
line-visit-damaged = A visit is not as the lines before say. Tell the service.
check-bad-handed = Papers that were handed over are not as in “Who opened my papers?”. Stop what you handed over.
check-bad-agreed = An agreement with an institution is not as in “Who opened my papers?”. Stop that agreement.
line-agreement-damaged = An agreement with an institution is not as the lines before say. Tell the service.
check-bad-do = Tell the service. Keep your original paper.
destroy-title = Delete this paper for ever
destroy-what = The paper is removed from your locker at once.
destroy-versions = All its versions are removed too.
destroy-never = Nobody will be able to take it back. Nor will the service.
destroy-backups = The service's safety copies keep it for some weeks more, locked.
destroy-button = Delete for ever
destroy-keep = Keep this paper
locker-held = { $count ->
    [0] Your locker is empty. It can keep { $quota }.
    [one] Your locker keeps 1 paper. It takes { $used } of { $quota }.
   *[other] Your locker keeps { $count } papers. They take { $used } of { $quota }.
}
export-title = Download everything
export-what = You get all your papers, their list, and who opened them.
export-one-file = It is one ZIP file. A computer opens it without adding anything.
export-careful = In this file your papers are not protected any more. Is this device not yours? Do not do it here.
field-good-until = Real last day

## What to know

list-and = and
info-link = What to know
info-title = What to know
info-version = Text of { $day }.
info-changed = The text "What to know" has changed.
info-changed-read = Read the text and say whether I agree
info-agree = I have read it. I agree to open my locker.
info-agree-button = Say that I agree
info-missing = Read the text, then tick the box.
info-shared-device = Is this device not yours? Choose "Sign out" when you have finished.
info-what-title = What it is
info-what-demo = This is a demonstration. Do not put real papers here.
info-what-keeps = Consigne keeps your papers. You find them again here.
info-what-alone = On this site, only you see your papers, and the people whom you allow to help you.
info-what-not = French law sets rules for a certified service that keeps papers. Consigne is not that service yet.
info-who-title = Who runs it
info-who-name = The service is run by { $name }.
info-who-unknown = The name of who runs this service is not written here yet.
info-who-address = Address: { $value }
info-who-email = E-mail: { $value }
info-who-phone = Phone: { $value }
info-safe-title = How your papers are protected
info-safe-sealed = Your papers, their names and your identity are encrypted. Without a key, nobody can read them.
info-safe-lines = Each opening is written in "Who opened my papers?".
info-safe-rewritten = A changed line shows. But whoever runs the data could rewrite all the lines.
info-safe-nobody = No page and no command shows your papers to the person who runs the service.
info-safe-key = But that person holds the key. With it, they could read your papers and leave no line.
info-safe-seen = Without the key, one still sees the number of your papers, their size, the dates of your visits.
info-safe-yours = Whoever enters with your identity sees everything. Give your password to nobody.
info-help-title = If somebody helps you
info-help-how = You say yes here, on the device of who helps you, or by signing a sheet. A second person checks the sheet.
info-help-court = A court decision can allow help too, without your agreement. A second person checks it.
info-help-stop = You see here who helps you, and since when. You can stop any help whenever you want.
info-messages-title = Messages
info-messages-none = This service sends no messages.
info-messages-sms = You can be told by text message.
info-messages-email = You can be told by e-mail.
info-messages-asked = You ask for nothing? Nothing is sent.
info-messages-what = A message can say that help begins or ends, that a paper ends, and who opened your papers.
info-messages-discreet = A discreet message only says that there is news.
info-messages-looks = To tell you in time, the service looks at the names and dates of your papers. Each time, a line says so.
info-messages-carried = Whoever carries the messages knows your number or address, and reads the message.
info-messages-stop = You stop whenever you want. Your number or address is then erased.
info-kept-title = What is kept, and for how long
info-kept-papers = Your papers are kept as long as you have a locker.
info-kept-identity = Your identity is kept with your papers: names, sex, date, place and country of birth.
info-kept-issuer = Does your identity service also give your usual name or your e-mail address? They are kept too.
info-kept-lines = The lines of "Who opened my papers?" stay as long as your locker.
info-kept-sessions = { $days ->
    [one] The trace of a visit that is over is kept for 1 day.
   *[other] The trace of a visit that is over is kept for { $days } days.
}
info-kept-closure = You close your locker? Everything is erased { $days } days later. Until then, you can reopen it.
info-kept-backups = Safety copies exist. They disappear { $days } days later at most.
info-kept-remains = Numbers and dates remain after that, without your name and without your papers.
info-kept-absence = You no longer come? Nothing is erased for that.
info-kept-notices = Your absence is noted after { $months } months.
info-limits-title = The limits
info-limits-locker = A new locker holds { $size } at most.
info-limits-paper = A paper takes { $size } at most.
info-limits-count = A locker holds { $count } papers at most. An older version counts as one paper.
info-rights-title = Your rights
info-rights-see = You always see who opened your papers.
info-rights-take = You can download everything whenever you want. It is free.
info-rights-close = You can close your locker whenever you want, without saying why.
info-rights-complain = The CNIL protects people's data. You can complain to the CNIL: cnil.fr.
info-end-title = If the service stops
info-end-notice = Whoever runs the service must tell you 3 months before.
info-end-retrieve = You can still take back your papers for 12 months.
info-price-title = The price
info-price-free = Consigne is free for you.
info-price-unknown = The price is not written here. Ask for it before you open your locker.

## Close my locker

close-title = Close my locker
close-first-title = Before
close-first = First, keep your papers somewhere else.
close-take = Download everything
close-now-title = Right away
close-now = You can no longer add or change a paper.
close-still = You can still see your papers and download everything.
close-then-title = Then
close-then = In { $days } days, all your papers are erased, and the lines of "Who opened my papers?" too.
close-nobody = Then nobody can bring them back. Neither can the service.
close-backups = Safety copies keep them { $days } more days at most.
close-undo-title = If you change your mind
close-undo = Before that date, choose "Reopen my locker" on the page "My papers".
close-button = Close my locker
closed-since = Your locker has been closed since { $day }.
closed-until = It will be erased on { $day }.
reopen-button = Reopen my locker

## Help

permission-list = see the list
permission-read = open
permission-deposit = add
permission-replace = replace
permission-organise = tidy
permission-share = hand over
theme-papiers = papers, citizenship, elections
theme-famille = family, school
theme-social = social benefits, health
theme-travail = work, training
theme-logement = housing
theme-transports = transport
theme-argent = money, taxes, purchases
theme-justice = justice
theme-etranger = foreigners, Europe
theme-loisirs = leisure, sport, culture
term-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}
term-present = 1 hour, while you are there
term-until = until { $until }
consent-aidant = You allow { $name }, of { $organisation }, to help you with your papers.
consent-desk = You allow everybody who helps in this organisation: { $organisation }.
consent-relative = You allow { $name } to help you with your papers.
consent-scope = { $category }: { $permissions }.
consent-scope-papers = { $category }, only { $papers }: { $permissions }.
consent-scope-count = { $category }, { $count ->
        [one] 1 chosen paper
       *[other] { $count } chosen papers
    }: { $permissions }.
consent-paper = “{ $title }”
consent-replaces = { $before } no longer helps you: { $name } helps you instead.
narrowed-intro = You let this person do only this.
consent-term = How long: { $term }.
consent-unusual = Careful: this is more than family usually gets. Give only what is needed.
consent-purpose = What for: { $purpose }. Matter: { $theme }.
consent-on-paper = You sign a sheet. A second person checks it before help begins: { $organisation }.
consent-paper-mark = The help is marked "given on paper" as long as you do not confirm it yourself.
consent-never = This person can never delete your papers, nor take all of them away.
consent-private = They never see the papers that you hide.
consent-newer = An older permission, for the same help, ends then.
consent-journal = You see everything they do, under “Who opened my papers?”.
consent-stop = You can stop this help whenever you want, at once.
who-of = { $name }, { $organisation }
who-named = { $name }, { $organisation },
line-purpose = What for: { $purpose }.
field-purpose = What for?
field-scope = What help allows
field-term = How long
field-until = Last day
field-desk = Who will help?
field-theme = Matter

## Help, on the pages

help-title = People who help me
help-what = You choose who helps you, with what, and for how long.
help-none = Nobody helps you for now.
help-waiting = Waiting for your answer
help-waits-until = You can answer until { $until }.
help-read = Read and answer
help-read-named = Read and answer: { $name }
help-current = Permissions to help
help-past = Help that is over
help-desk = Everybody who helps at { $organisation }
help-damaged = A damaged permission
help-until = Until { $until }.
help-over-since = This help stopped on { $day }. That was the planned date.
help-stopped-on = This help was stopped on { $day }.
help-to-come = This help has not begun yet.
help-unconfirmed = This help still waits to be confirmed.
help-overlap-one = Another organisation can see the same categories: { $names }.
help-overlap-more = Other organisations can see the same categories: { $names }.
help-overlap-flag = Several structures can open the same category.
help-done-link = See what was done
help-done-named = See what was done: { $name }
help-done-title = What was done with this help
help-done-visits = { $count ->
    [0] No visit.
    [one] 1 visit, { $day }.
   *[other] { $count } visits. The last one: { $day }.
}
help-done-opened = { $count ->
    [0] No paper opened.
    [one] 1 paper opened.
   *[other] { $count } papers opened.
}
help-done-added = { $count ->
    [0] No paper added.
    [one] 1 paper added.
   *[other] { $count } papers added.
}
help-done-part = These numbers come from recent lines. There may be more.
help-rests-judgment = A court decided this help.
help-rests-sheet = A sheet was signed for this help. You have not confirmed yet.
help-rests-confirmed = A sheet was signed for this help. You confirmed it on { $day }.
help-done-rests = What allows this help
help-done-words = The text of this help
help-begun-title = You have already said yes
help-begun-now = This help has begun.
help-begun-stop = You do not want this help any more? Stop it. It stops at once.
help-done-agreed = Your agreement
help-done-since = The help began { $moment }.
help-waiting-text = Read the text
help-done-text = The text of your agreement
help-done-aloud = This text was read aloud to you.
help-done-interpreter = { $name } translated this text for you.
help-done-lines = Visits and papers
help-done-none = Nothing was done with this help.
help-done-none-here = There is nothing here. Look at older lines.
help-done-newest = Back to the newest
help-done-older = See older
news-help-waiting = { $count ->
    [one] 1 person offers to help you.
   *[other] { $count } people offer to help you.
}
news-help-begun = { $count ->
    [one] 1 help began a few days ago.
   *[other] { $count } helps began a few days ago.
}
news-help-ended = { $count ->
    [one] 1 help ended a few days ago.
   *[other] { $count } helps ended a few days ago.
}
help-stop = Stop this help
help-stop-named = Stop this help: { $name }
help-ask-title = Ask for help
help-ask = Whoever helps needs a code. It serves once.
help-code-button = Make a code to get help
help-all-told = Nobody helps you any more. You can ask for help again.
help-others-title = Help somebody
help-others = You help somebody in your family? Ask them for a code.
help-back = Back to people who help me
help-just-begun = The help has begun.
help-answered-already = It is done already: this proposal waits no more.
help-ends-told = If you agree, this earlier help stops:
help-ends-older = { $name }, meant until { $until }
help-just-declined = You do not agree. The help does not begin.
help-just-stopped = The help is stopped.
help-all-just-stopped = All help is stopped.
help-code-title = Code to get help
help-code-until = This code is good until { $clock }.
help-code-once = It serves once. An older code serves no more.
help-code-how-title = What to do
help-code-show = Show this code to the person who helps you.
help-code-type = They type it on their own device.
help-code-then-title = Then
help-code-read = You read here what they propose. Then you answer.
help-code-nothing = Before you agree, they see nothing.
help-answer-title = Somebody offers to help you
help-answer-what = Read this text. It says what this person may do.
help-answer-free = You can say no. You can stop later.
help-answer-text = The text of the agreement
help-changed = The text has changed. Read it again, then answer.
help-read-aloud = Somebody read this text to me aloud
help-interpreter = Somebody translated it: their name
help-agree = I agree
help-decline = I do not agree
stop-one-title = Stop this help
stop-one-now = The help stops at once.
stop-one-begun = A visit that has begun stops too.
stop-all-title = Stop all help
stop-all-now = All help stops at once.
stop-all-codes = Offers and codes serve no more.
stop-again = You can ask for help again later, with a new code.
stop-keep = Stop nothing
choose-title = Choose only some papers
choose-what = Tick what this person may see. The rest stays closed to them.
choose-later = You read the text again before you say yes.
choose-button = Read the text
narrow-title = Reduce this help
narrow-named = Reduce this help: { $name }
narrow-what = Keep what this person may still do. Take away the rest.
narrow-now = The change counts at once.
narrow-back = To give more again, a new agreement is needed.
limits-replace = If you choose papers, no others are added: “add” then means to replace these.
narrow-papers = Attestations made before are no longer valid.
narrow-button = Reduce this help
help-just-narrowed = Done: this person may do less.
limits-tout = All papers of this category
limits-choix = Only the papers that I tick
limits-rien = No paper of this category
limits-ticked-beside = { $category }: you ticked papers. Choose “Only the papers that I tick”, or untick them.
limits-none-ticked = { $category }: no paper is ticked. Tick a paper, or choose “No paper of this category”.
limits-which = My papers
limits-term = The help ends
renew-title = Extend this help
renew-named = Extend this help: { $name }
renew-what = You propose the same help, for longer.
renew-agreed = The person reads your proposal and says yes or no. Nothing changes before.
hand-over-title = Hand over to a colleague
hand-over-named = Hand over to a colleague: { $name }
hand-over-what = You propose that a colleague helps instead of you, with the same papers, until the same date.
hand-over-agreed = The person reads this proposal and says yes or no. Nothing changes before. Then you no longer help them.
hand-over-whom = Who will help?
hand-over-nobody = There is no colleague who can help instead of you.
give-up-title = Stop helping
give-up-named = Stop helping: { $name }
give-up-now = Your help stops at once. You no longer see this person's papers.
give-up-begun = A visit that has begun stops too. To help again, a new agreement is needed.
people-just-proposed = Done: the person will read your proposal.
people-just-given-up = Done: you no longer help this person.
people-title = People I help
people-none = You help nobody for now.
people-propose = The person shows you a code. You say how you can help them.
waiting-title = My proposals that wait
waiting-none = No proposal waits.
waiting-made = Proposal made { $moment }
waiting-alone = You offer your help in your own name.
waiting-for = You offer your help for { $organisation }.
waiting-session = The person answers in their locker.
waiting-window = The person answers on this device.
waiting-sheet = The person signs a sheet. Another person of your organisation checks it.
waiting-judgment = Somebody who answers for your organisation checks the court's decision.
waiting-until = The proposal waits until { $until }.
waiting-open = Go on
waiting-open-named = Go on: proposal made { $moment }
waiting-take-back = Take back my proposal
waiting-take-back-named = Take back my proposal made { $moment }
waiting-take-back-told = The person will read that you took back your proposal.
waiting-just-taken-back = Done: your proposal is taken back.
waiting-no-more = This proposal waits no more.
waiting-gone = A proposal that was declined or is too old is no longer shown here.
visit-go-on = Go on with the visit
visit-go-on-named = Go on with the visit: { $name }
visit-open-until = A visit is open until { $until }.
open-helps = You come to help somebody? You do not need to open a locker.
visit-purpose = What do you come for today?
visit-purpose-hint = The person whom you help will read this sentence.
visit-begin = Begin a visit
visit-begin-named = Begin a visit: { $name }
visit-not-begun = The visit has not begun yet
visit-just-ended = The visit is over.
visit-just-replaced = The paper is replaced. The old one is kept.
visit-just-added = The paper is added.
visit-title = Visit: { $name }
visit-told = This person sees everything you do here.
visit-may = What you may do
visit-no-list = You may not see the list of papers.
visit-empty = There is no paper in these categories.
visit-end = End the visit
visit-end-told = End the visit when you have finished. You can begin another.
visit-open-told = Each opening is written down. The person whom you help sees it.
visit-save = Download this paper
visit-no-open = You may not open this paper.
visit-just-withdrawn = The paper is taken back. Nobody can open it any more.
original-title = The original paper
original-told = The original is the paper itself, not a photo. Did you hold the original in your hands? Is it the same paper as this one?
original-kept = Your name, your organisation and the date will be written beside the paper. Everyone who sees the paper sees them.
original-button = I have seen the original
original-just-seen = It is noted: you have seen the original.
paper-original = Original
original-seen = seen by { $name }, { $organisation }, { $day }
versions-original = Original { $seen }.
organise-title = Tidy this paper
organise-told = You change its name, its kind or its category. The person whom you help sees it.
organise-hide = Hide this paper from everybody who helps
organise-hide-hint = You will no longer see it. Only the person whom you help can show it again.
organise-button = Tidy this paper
organise-just-done = The paper is tidied.
organise-just-hidden = The paper is hidden. You no longer see it.
withdraw-title = Was it not the right paper?
withdraw-told = You can take back a paper that you have added. This is possible for 48 hours.
withdraw-one = Take back the paper added { $moment }
withdraw-ask-title = Take back a paper that is not the right one
withdraw-added = You added this paper { $moment }.
withdraw-now = This paper goes at once. Nobody will be able to open it any more.
withdraw-for-good = You will not be able to undo this.
withdraw-seen = The person whom you help sees that you have taken back a paper.
withdraw-referent = If somebody has already opened it, the person who manages the members of your organisation will know.
withdraw-button = Take this paper back
withdraw-keep = Take nothing back
add-for-title = Add a paper
add-for-told = The paper goes into the locker of the person whom you help.
add-for-button = Add this paper
add-for-wrong-title = The paper is not added yet
propose-title = Offer my help
propose-wrong-title = The offer is not made yet
propose-told = The person reads your offer. Nothing opens before they agree.
propose-nowhere = You help in no organisation. Talk to the person who manages the members.
propose-give-code = A recent security code is needed. Give it on another page, then come back here.
propose-give-code-link = Give my code on another page
propose-code = Code that the person shows
propose-code-hint = It has 12 letters and digits. Example: ABCD-EFGH-JKMN.
propose-structure = For which organisation?
propose-choose = Choose
propose-who = Who will help?
propose-me = Only me
propose-desk = Everybody who helps in my organisation
propose-scope = What help allows
propose-scope-hint = Open a category. Tick only what is needed to help.
propose-scope-list = “See the list” is added when you tick something else.
propose-rubric-chosen = { $category }: { $chosen }
propose-sensitive = Health is very personal. Tick nothing without a real reason.
propose-until = Until a date
propose-last-day = Last day, if you chose a date
propose-more = Ask for more: tidying, handing over, health
propose-more-told = The person will read that it is more than usual.
propose-present = 1 hour, while the person is there
propose-purpose-hint = Write a simple sentence. The person whom you help will read it.
propose-button = Offer my help
proposed-title = The offer is made
proposed-read = The person reads it now, on their own page.
proposed-answer = They answer: they agree, or they do not.
proposed-nothing = Nothing opens before they agree.
proposed-waits = The offer waits for { $hours } hours.
proposed-then = Once they agree, you find their name under “People I help”.
problem-helped-closed-title = This locker is closed.
problem-helped-closed-help = Talk about it with the person whom you help.
problem-help-stopped-title = You can no longer see this locker.
problem-help-stopped-help = The help was stopped, or its time is over.
problem-visit-over-title = This visit is over.
problem-visit-over-help = You can begin another one.

# The person reads and answers on the device of who helps them.
on-device = the device of somebody who helps
on-device-named = the device of this person: { $name }, { $organisation }
because-no-window = the time to read and answer was over
because-no-locker = the person has no locker
problem-window-over-title = The time to read and answer is over.
problem-window-over-help = Nothing has changed. The person who helps can start again.
problem-no-locker-title = This person has no locker yet.
problem-no-locker-help = They open a locker first. Then start again.
window-link = The person is with me, and has no telephone
window-title = Offer help to somebody who is here
window-told = The person signs in on this device. They read your offer, then they answer.
window-shut = Their locker does not open here.
window-by-code = The person has a telephone? Take their code instead.
window-button = Go on with the person
window-hand-title = Give the device to the person
window-hand-you = The person who helps you offers something. You are going to read this text.
window-hand-prove = Sign in to show that it is you.
window-hand-shut = Your locker does not open on this device. Nobody sees your papers.
window-hand-time = You have 15 minutes. You can ask for more time.
window-hand-enter = Sign in to read
window-until = You can answer until { $clock }.
window-more = I need more time
window-quit = Leave without an answer
window-more-title = More time to read
window-more-who = Give the device back for a moment to the person who helps you. They type a new security code here.
window-more-then = You will have 15 minutes more, then you read the text again. It is 1 hour in all at the most.
window-more-label = Security code of the person who helps
window-more-button = Give 15 minutes more
window-retry = Try again
window-more-back = Back to the text
window-end-title = It is over
window-end-agreed = You agree. The help has begun.
window-end-declined = You do not agree. The help does not begin.
window-end-left = You gave no answer. The help does not begin.
window-end-over = The time to read and answer is over. Nothing has changed.
window-end-no-locker = You have no locker yet. Open one first. Then start again.
window-end-closed = Your locker is closed. Open it again first. Then start again.
window-end-own = Nobody helps themselves. The help does not begin.
window-end-out = Your visit on this device is over.
window-end-give = Give the device back to this person: { $name }.
window-end-give-back = Give the device back to the person who helps you.
window-end-stop = You can stop the help whenever you want, in your locker.
window-end-helper = For the person who helps: go on
## Agreement on paper

field-organisation = Structure
field-interpreter = Somebody translated it: their name
field-family-name = Family name on the sheet
line-on-paper = Help given on paper, not confirmed yet.
help-on-paper = Given on paper. You have not confirmed it yet.
helped-on-paper = Given on paper. The person has not confirmed it yet.
help-confirmed-by = Sheet checked by { $name }.
help-see-sheet = See the signed sheet
help-see-sheet-named = See the signed sheet: { $name }
help-confirm = Confirm this help
help-confirm-named = Confirm this help: { $name }
help-confirm-title = Confirm help given on paper
help-confirm-what = A sheet was signed so that you get help. Read the text. Is this your agreement?
help-confirm-not = You did not sign? Stop this help at once.
help-confirm-yes = This is my agreement
help-just-confirmed = You confirmed this help.
help-paper-waiting = A sheet to sign is waiting. The help has not begun.
help-paper-news = Help was given on paper. You have not confirmed it yet.
help-paper-news-read = See this help
help-paper-title = A code for a sheet to sign
help-paper-told = One day you cannot enter here? With this code and your signature, you can still get help.
help-paper-limits = 31 days at most. Never health papers. A second person checks your signature.
help-paper-none = You have no code for a sheet to sign.
help-paper-since = You have a code for a sheet to sign. Made { $day }. Good until { $until }.
help-paper-button = Make a code for a sheet to sign
help-paper-again = Make a new code for a sheet to sign
help-paper-drop = Withdraw this code
drop-code-now = This code stops working at once. The structure that has it can't use it any more.
drop-code-again = You can make another code whenever you want.
drop-code-keep = Keep this code
help-paper-just-dropped = This code serves no more.
paper-code-title = Code for a sheet to sign
paper-code-write = Write this code on paper. Keep it like a key.
paper-code-now = It is shown now and never again.
paper-code-until = This code is good until { $until }.
paper-code-how = Give this code only to a person who helps you, in a structure.
paper-code-then = They print a sheet. You sign it. Then help can begin without you being here.
paper-code-lost = Did you lose this paper? Withdraw the code in "The people who help me".
propose-how = How does the person answer?
propose-here = They enter their locker and answer
propose-on-paper = They sign a sheet, with their code for a sheet
propose-paper-told = On paper: only you help, 31 days at most, never health. Choose days or a date. Another person of your structure checks.
sheet-title = Agreement to get help
sheet-reference = Sheet { $reference }
sheet-read-first = Read this text, or have it read to you. Sign only if you agree.
sheet-name = Name and first names
sheet-place = Place
sheet-date = Date
sheet-signature = Signature
sheet-read-by = Text read aloud by
sheet-translated-by = Text translated by
sheet-then = The person who helps sends a photo of this sheet. A second person of the structure checks it.
sheet-not-before = Before that, nothing opens. The sheet waits until { $until }.
sheet-stop = To stop: enter your locker, page "The people who help me". Or tell the structure.
sheet-printed = Text can be checked: { $sum }
sheet-print = Print this page with the print button of your device.
sheet-print-back = Back to the sheets to sign
sheets-title = Sheets and decisions to check
sheets-what = A person signs a sheet, or a court decides. A second person of the organisation checks it.
sheets-none = No sheet is waiting.
sheets-own = You propose
sheets-other = Proposed by { $name }
sheets-no-photo = The photo is still missing.
sheets-has-photo = The photo was sent. Another person must check it.
sheets-to-check = To check
sheets-until = The sheet waits until { $until }.
sheets-open = Open
sheets-open-named = Open sheet { $reference }
sheet-words = The text of the sheet
sheet-do-print = Print the sheet
sheet-send-title = Send the photo of the signed sheet
sheet-send-again = A new photo replaces the first.
sheet-send-language = Language of the sheet
sheet-send-read = The text was read aloud
sheet-send-interpreter = Somebody translated: their name
sheet-send-file = Photo or PDF of the sheet
sheet-send-hint = 5 MB at most. The signature must be readable.
sheet-send-button = Send the photo
sheet-not-sent-title = The photo is not sent yet
sheet-see = See the photo
sheet-see-told = The person who will be helped sees that you look.
sheet-read-aloud-said = It is said that the text was read aloud.
sheet-interpreter-said = It is said that { $name } translated the text.
sheet-check-title = Check
sheet-check-what = Compare the photo and the text. Is the number the same? Is the sheet signed?
sheet-check-doubt = In doubt? Talk to the person who signed, or turn it down.
sheet-family-name = Family name on the sheet
sheet-confirm = I have checked: help may begin
sheet-refuse = Turn this sheet down
sheet-take-back = Give up this proposal
sheet-just-confirmed = Help has begun. The person is told in their locker.
sheet-just-refused = It is refused. The photo is erased.
language-name = English

## A court's decision

field-measure = Measure
field-court = Court
field-decided-on = Date of the decision
field-judgment = Court's decision
consent-judgment = A court's decision charges { $organisation } with helping you. { $name } does it for this organisation.
judgment-tutelle = It is a guardianship (tutelle).
judgment-curatelle = It is a curatorship (curatelle).
judgment-court = Court: { $court }. Decision: { $day }.
judgment-person = The decision is about your person too, so also about your health.
judgment-property = The decision is about your property. It is not about your health.
consent-judgment-checked = The decision is photographed. Somebody responsible checks it before the help begins: { $organisation }.
consent-judgment-stop = Outside this locker, the court's decision stays valid.
line-judgment = By a court's decision.
help-by-judgment = By a court's decision
helped-by-judgment = By a court's decision
help-court-news = Somebody helps you by a court's decision.
help-see-decision = See the decision
help-see-decision-named = See the decision: { $name }
help-decision-checked-by = Decision checked by { $name }.
help-decision-waiting = A court's decision waits to be checked. The help has not begun.
propose-judgment-link = A court decided a guardianship or a curatorship
propose-judgment-title = Helping by a court's decision
propose-judgment-told = A court charged you with helping this person. You need their code for a guardianship or a curatorship, then a photo of the decision.
propose-judgment-check = Another person, responsible in your organisation, checks the decision. The person sees everything, and can stop this help.
propose-judgment-not = It is not a court's decision
propose-judgment-code-label = Code for a guardianship or a curatorship
propose-judgment-code = The person wrote it on paper. A code for a sheet to sign does not serve here.
propose-tutelle = Guardianship (tutelle)
propose-curatelle = Curatorship (curatelle)
propose-curatelle-hint = Curatorship: see the list, open and add, nothing more.
propose-judgment-until = End of the measure
propose-judgment-until-hint = As the decision says, and within 5 years.
propose-judgment-person = The decision is about the person too, not about their property alone
decision-reference = Decision { $reference }
decision-words = The text
decision-send-title = Send the photo of the decision
decision-send-file = Photo or PDF of the decision
decision-send-hint = 5 MB at most. The person's name, the court, the date and the end must be readable.
decision-check-what = Read the decision. Answer with what it says. Does it name your organisation or your colleague? Are the court, the date and the end those of the text?
decision-check-doubt = In doubt? Call the court, or refuse.
decision-family-name = The person's family name, as in the decision
decision-refuse = Refuse this decision
done-sheet-send-judgment = { $who ->
    [you] You sent the photo of a court's decision.
   *[other] { $name } sent the photo of a court's decision.
}
done-sheet-view-judgment = { $who ->
    [you] You looked at the photo of a court's decision.
   *[other] { $name } looked at the photo of a court's decision.
}
done-sheet-confirm-judgment = { $who ->
    [you] You checked a court's decision. The help has begun.
   *[other] { $name } checked a court's decision. The help has begun.
}
done-sheet-refuse-judgment = { $who ->
    [you] You refused a court's decision.
   *[other] { $name } refused a court's decision.
}
done-organisation-amend = { $who ->
    [you] You let the organisation help by a court's decision.
   *[other] { $name } lets the organisation help by a court's decision.
}
tried-organisation-amend = { $who ->
    [you] You tried to change what the organisation may do by a court's decision.
   *[other] { $name } tried to change what the organisation may do by a court's decision.
}
because-no-judgments = this organisation does not help by a court's decision
because-by-judgment = this help rests on a court's decision
problem-no-judgments-title = Your organisation does not help by a court's decision
problem-no-judgments-help = Ask whoever runs this service.
problem-by-judgment-title = This help rests on a court's decision
problem-by-judgment-help = What comes next needs a new decision. Propose it with “A court decided a guardianship or a curatorship”.
decision-given-name = The person's given name, as in the decision
decision-birthdate = The person's date of birth, as in the decision
decision-measure = Which measure does the decision say?
help-court-title = A code for a guardianship or a curatorship
help-court-told = Did a court decide that somebody helps you? With this code, the help can begin without you here.
help-court-limits = 5 years at most, as the decision says. Health, if the decision is about the person. You see everything, and you can stop it.
help-court-since = You have a code for a guardianship or a curatorship. Made on { $day }. Good until { $until }.
help-court-button = Make a code for a guardianship or a curatorship
help-court-again = Make a new code for a guardianship or a curatorship
court-code-title = Code for a guardianship or a curatorship
court-code-then = They photograph the court's decision. Somebody responsible checks it. Then the help can begin without you here.
stop-judgment = The court's decision stays valid outside this locker.
done-organisation-amend-no-more = { $who ->
    [you] You let the organisation help by a court's decision no more.
   *[other] { $name } lets the organisation help by a court's decision no more.
}
done-help-judgment-code = { $who ->
    [you] You made a code for a guardianship or a curatorship.
   *[other] { $name } made a code for a guardianship or a curatorship.
}
done-help-judgment-code-drop = { $who ->
    [you] You withdrew the code for a guardianship or a curatorship.
   *[other] { $name } withdrew the code for a guardianship or a curatorship.
}
tried-help-judgment-code = { $who ->
    [you] You tried to make a code for a guardianship or a curatorship.
   *[other] { $name } tried to make a code for a guardianship or a curatorship.
}
tried-help-judgment-code-drop = { $who ->
    [you] You tried to withdraw the code for a guardianship or a curatorship.
   *[other] { $name } tried to withdraw the code for a guardianship or a curatorship.
}

## Being told

done-contact-view = { $who ->
    [you] You looked how you are told of things.
   *[other] { $name } looked how you are told of things.
}
done-contact-change = { $who ->
    [you] You chose how to be told of things. A code was sent.
   *[other] { $name } chose how you are told of things. A code was sent.
}
done-contact-confirm = { $who ->
    [you] You gave the code that you got. You are told there from now on.
   *[other] { $name } gave the code. You are told there from now on.
}
done-contact-drop = { $who ->
    [you] You chose not to be told any more.
   *[other] { $name } chose that you are not told any more.
}
done-notice-send = { $who ->
    [you] You sent a message.
   *[other] { $name } sent you a message.
}
done-dates-look = { $who ->
    [you] You looked at the dates of your papers.
   *[other] { $name } looked at the dates of your papers, to tell you in time.
}
tried-contact-view = { $who ->
    [you] You tried to look how you are told of things.
   *[other] { $name } tried to look how you are told of things.
}
tried-contact-change = { $who ->
    [you] You tried to choose how to be told of things.
   *[other] { $name } tried to choose how you are told of things.
}
tried-contact-confirm = { $who ->
    [you] You tried to give the code that you got.
   *[other] { $name } tried to give the code that you got.
}
tried-contact-drop = { $who ->
    [you] You tried not to be told any more.
   *[other] { $name } tried that you are not told any more.
}
tried-notice-send = { $who ->
    [you] You tried to send a message.
   *[other] { $name } tried to send you a message.
}
tried-dates-look = { $who ->
    [you] You tried to look at the dates of your papers.
   *[other] { $name } tried to look at the dates of your papers, to tell you in time.
}
done-contact-amend = { $who ->
    [you] You changed your messages. The number or address stays.
   *[other] { $name } changed your messages. The number or address stays.
}
tried-contact-amend = { $who ->
    [you] You tried to change your messages.
   *[other] { $name } tried to change your messages.
}
because-codes-over = 5 codes had gone in one day already
because-service-codes-over = the service had sent all its codes of the day
problem-codes-over-title = 5 codes have gone today already.
problem-codes-over-help = Try again tomorrow. Nothing else changes until then.
problem-service-codes-over-title = The service has sent all its codes of the day.
problem-service-codes-over-help = This is not because of you. Try again tomorrow.
problem-field-landline = This number gets no text messages. Give a mobile number: 06 or 07 in France.
because-no-contact = no code was waited for
because-gateway-away = whoever carries messages did not answer
because-not-delivered = the message was refused
because-no-longer-so = it was no longer so
because-delivery-unknown = nobody knows whether the message went
problem-no-contact-title = No code is waited for.
problem-no-contact-help = First choose how to be told. A new code is sent then.
problem-field-not-an-address = This number or address is not right. Check it, then try again.

## The messages. Discreet: nothing tells what it is about.

notice-code-subject = Your code
notice-code = Your code is { $code }. It is good for 15 minutes. Give it to nobody. You asked for nothing? Do nothing.
notice-discreet-subject = News for you
notice-discreet = Hello. There is news for you. Have a look when you can.
notice-subject = Your locker
reminder-subject = Your access to Consigne
reminder-warned = Hello, you have done nothing for 5 months in this organisation: { $where }.
    Your rights there will be suspended on { $day }.
    To keep them: come into Consigne, then open the organisation's page.
    You no longer work there? There is nothing to do.
    This message asks for no code and no password.
reminder-suspended = Hello, you have done nothing for 6 months in this organisation: { $where }.
    Your rights there are suspended.
    To have them back: ask whoever manages the organisation.
    You no longer work there? There is nothing to do.
    This message asks for no code and no password.
notice-who = { $who }, { $where }
notice-given = Consigne: help has begun. Who helps: { $who }.
notice-given-somebody = Consigne: help has begun.
notice-stopped = Consigne: help was stopped. Who helped: { $who }.
notice-stopped-somebody = Consigne: some help was stopped.
notice-over = Consigne: help is over. That was the date agreed. Who helped: { $who }.
notice-over-somebody = Consigne: some help is over. That was the date agreed.
notice-all-stopped = Consigne: all help was stopped.
notice-handed = Consigne: papers were handed over in your name.
notice-look = You did not know? Open your locker and have a look.
notice-moved = Consigne: our messages go elsewhere from now on. This is the last one here.
notice-moved-look = Was it not you? Open your locker and look how you are told of things.
notice-ending = Consigne: help ends soon. Last day: { $day }. Who helps: { $who }.
notice-ending-somebody = Consigne: somebody stops helping you soon. Last day: { $day }.
notice-ending-look = To go on, give a new permission to help.
notice-papers = { $count ->
    [one] Consigne: 1 paper is soon no longer good. Last day: { $day }.
   *[other] Consigne: { $count } papers are soon no longer good. For the first one, last day: { $day }.
}
notice-papers-one = { $title }: last day { $day }.
notice-papers-look = Go into your locker to see them.
notice-title = “{ $title }”
notice-digest = Consigne: this is who opened or changed your papers in the last days.
notice-digest-somebody = Somebody who helps you
notice-digest-institution = An institution
notice-digest-opened = { $who }: { $opened ->
    [one] 1 paper opened.
   *[other] { $opened } papers opened.
}
notice-digest-changed = { $who }: { $changed ->
    [one] 1 paper added or changed.
   *[other] { $changed } papers added or changed.
}
notice-digest-both = { $who }: { $opened ->
    [one] 1 paper opened
   *[other] { $opened } papers opened
}, { $changed ->
    [one] 1 paper added or changed.
   *[other] { $changed } papers added or changed.
}
notice-digest-more = Others too.
notice-digest-titles = For example: { $titles }.
notice-digest-look = To see everything, go into your locker.

## The page "Being told"

contact-title = Being told
contact-wrong-title = That did not work: being told
contact-what = We can write to you when help begins or stops.
contact-what-dates = We can also write to you before help or a paper ends.
contact-go = Choose how to be told
contact-now-sms = You are told by text message, at { $where }.
contact-now-sms-discreet = You are told by text message, at { $where }. The message does not say why.
contact-now-email = You are told by e-mail, at { $where }.
contact-now-email-discreet = You are told by e-mail, at { $where }. The message does not say why.
contact-now-digest = A summary goes out each week, too.
contact-how-title = Change the message
contact-how-button = Change the message
contact-stop = Be told no more
contact-code-title = We sent a code
contact-code-went = A code went to { $where }.
contact-code-until = It is good until { $time }.
contact-code = The code that you got: 6 figures
contact-code-over = It is no longer good.
contact-code-meanwhile = Until then, you are told as before.
contact-code-again = Get another code
contact-keep = Keep it as before
contact-forget = Forget this choice
contact-where-sms = You are told by text message, at { $where }.
contact-where-email = You are told by e-mail, at { $where }.
contact-nowhere = You are told nowhere.
contact-code-button = Give the code
contact-choose-title = Choose
contact-other-title = Choose another number or address
contact-by = How do you want to be told?
contact-sms = By text message
contact-email = By e-mail
contact-number = Your telephone number
contact-address = Your e-mail address
contact-discreet = Discreet message
contact-discreet-hint = The message only says that there is news. Not what, nor from whom.
contact-digest = Get a summary each week
contact-digest-hint = It says who opened or changed your papers. Nobody did? Nothing is sent.
contact-then = We send you a code. Give it here: then we know that it is yours.
contact-button = Send the code
contact-none-offered = This service sends no messages yet.
contact-back = Back to my locker

## The papers that the locker makes: certificate, end of help, receipts

done-mandate-attest = { $who ->
    [you] You made a certificate of help.
   *[other] { $name } made a certificate of help.
}
tried-mandate-attest = { $who ->
    [you] You tried to make a certificate of help.
   *[other] { $name } tried to make a certificate of help.
}
done-document-receipt = { $who ->
    [you] You made a receipt { $of_paper }.
   *[other] { $name } made a receipt { $of_paper }.
}
tried-document-receipt = { $who ->
    [you] You tried to make a receipt { $of_paper }.
   *[other] { $name } tried to make a receipt { $of_paper }.
}
done-locker-receipt = { $who ->
    [you] You made a receipt for all that is in your locker.
   *[other] { $name } made a receipt for all that is in your locker.
}
tried-locker-receipt = { $who ->
    [you] You tried to make a receipt for your locker.
   *[other] { $name } tried to make a receipt for your locker.
}
done-attestation-check = { $who ->
    [you] You checked a certificate.
   *[other] { $name } checked a certificate.
}
tried-attestation-check = { $who ->
    [you] You tried to check a certificate.
   *[other] { $name } tried to check a certificate.
}
attest-title = Certificate of permission to help
attest-intro = This paper says who may help a person with their papers, for what, and until when.
attest-over-title = Certificate that help has ended
attest-over-intro = This help has ended. It allows nothing any more.
attest-held-title = Certificate: help on hold
attest-held-intro = This help allows nothing now. It may go on later.
attest-why-held = Whoever helps is no longer active in their structure, or the locker is closed.
attest-holder = The person who is helped
attest-helper = The person who helps
attest-organisation = Their organisation
attest-desk = The organisation that helps
attest-desk-all = { $name }, everybody who helps there
attest-what-for = What for
attest-purpose = { $purpose }. Matter: { $theme }.
attest-from = Help began
attest-until = Help ends
attest-planned = Help was to end
attest-ended = Help ended
attest-why = Why
attest-why-date = It was the date that was planned.
attest-why-stopped = It was stopped before the date that was planned.
attest-agreed = The agreement
attest-by-session = The person who is helped agreed themselves, in their locker.
attest-by-window = The person who is helped proved who they are, then agreed, on the device of the person who helps.
attest-by-paper = The person who is helped signed a sheet. A second person of the organisation checked it. The person who is helped has not confirmed it in their locker yet.
attest-by-paper-confirmed = The person who is helped signed a sheet, then confirmed it in their locker.
attest-by-judgment = A court's decision.
attest-allows = What is allowed
attest-check = To check this paper
attest-check-how = Photograph the picture, or go to { $address } and type this code.
attest-check-answers = The answer is one word: valid, ended or unknown. It says nothing else.
attest-check-alone = This paper alone is not enough: help may end before the date.
attest-check-over = The answer is now: ended.
attest-picture = Picture to photograph. It leads to the page where this paper is checked.
attest-mandate = A permission to help
attest-mandate-word = It is also called a "mandate": one person asks another to do something for them, within limits.
attest-stop = How to stop the help
attest-stop-enter = Enter your locker: { $address }
attest-stop-page = Open the page "The people who help me".
attest-stop-press = Choose "Stop this help". You need not say why.
attest-stop-now = The help stops at once.
attest-stop-structure = You can't get in? Tell the person who helps, or their organisation. They can stop the help too.
attest-stop-relative = You can't get in? Tell the person who helps. They can stop the help too.
attest-never = What the person who helps can never do
attest-never-destroy = Delete your papers, or take all of them away.
attest-never-hidden = See the papers that you hide from them.
attest-never-give = Give a permission to somebody else.
attest-never-more = Do more than what is allowed here.
attest-see = What you can check
attest-see-lines = Your locker keeps a line for each visit and each paper that was opened. They are in "Who opened my papers?".
attest-see-wrong = Is something wrong? Stop the help first. Then talk about it with somebody you trust.
attest-made = Paper made on { $moment }.
paper-made = Paper made { $moment } by this service: { $service }.
paper-demo = Demonstration: this paper has no value
attest-template = Template: { $sum }
elsewhere-title = You come from another site
elsewhere-told = Another site sent you here, to have a paper made. Nothing is done yet.
elsewhere-what = Did you mean it? Press the button. If not, do nothing.
elsewhere-button = Make this paper
elsewhere-back = Go to the first page
attest-what = You can show this help on paper. It has a code by which it is checked.
attest-link = Make the certificate
attest-over-link = Make the certificate that help has ended
attest-visit-link = Make the certificate of help, to print
receipt-title = Receipt for a paper that was added
receipt-intro = This paper was received in a locker, and is kept there.
receipt-holder = The locker of
receipt-paper = Paper
receipt-kind = Kind of paper
receipt-category = Section
receipt-whose = Whose paper it is
receipt-whose-me = The person's own
receipt-whose-child = Their child's
receipt-whose-spouse = Their spouse's or partner's
receipt-version = Version
receipt-added = Added
receipt-by = Added by
receipt-by-somebody = Somebody else
receipt-origin = Where it comes from
receipt-brought = Brought
receipt-seen = Original seen by { $name }, { $organisation }, on { $day }
receipt-file = Name of the file
receipt-size = Size
receipt-bytes = { $bytes ->
    [one] { $size }, that is { $bytes } byte
   *[other] { $size }, that is { $bytes } bytes
}
receipt-sum = SHA-256 fingerprint
receipt-sum-is = The fingerprint is a number that is worked out from the file. If the file changes, so does the fingerprint. It proves that it is the same file.
receipt-no-original = This receipt does not replace the paper itself.
receipt-all-title = What is in the locker
receipt-all-on = As of
receipt-all-papers = Papers kept
receipt-all-count = { $count ->
    [0] No paper
    [one] { $count } paper
   *[other] { $count } papers
}
receipt-all-older = { $count ->
    [one] { $count } older paper is not in this list.
   *[other] { $count } older papers are not in this list.
}
receipt-all-damaged = { $count ->
    [one] { $count } paper does not open. It is not in this list.
   *[other] { $count } papers do not open. They are not in this list.
}
receipt-link = Make a receipt for this paper
receipt-all-link = A receipt for everything
receipt-all-what = A list to print: each paper, when and by whom it was added. The papers that you hide are in it too.
receipt-all-button = Make the receipt
verify-title = Check a certificate of help
verify-wrong-title = Code to correct
verify-what = Type the code that is on the paper.
verify-code = Code
verify-code-hint = 12 letters and figures. Spaces and dashes don't matter.
verify-button = Check the code
verify-valid = This certificate is valid.
verify-valid-means = Help may be given now.
verify-ended = This certificate has ended.
verify-ended-means = This paper is good no more. Help may go on: ask for a newer paper.
verify-unknown = This code is unknown.
verify-unknown-means = Check each letter. If the code is right, this paper is no certificate of this service.
verify-no-code = This is not the code of a certificate. Check each letter, then try again.
verify-late = Too many codes were tried from here. Wait a minute, then try again.
verify-nothing-else = This page does not say who helps, nor who is helped. Check the names on the paper yourself.
sheet-save = Take the sheet as a PDF
sheet-to-fill = To fill in by hand
# Looking for viruses
done-content-found-clean = No virus was found in { $paper }.
done-content-found-infected = A virus was found in { $paper }. Nobody can open it any more.
tried-content-found-clean = { $who ->
    [you] You tried to have viruses looked for in { $paper }.
   *[other] { $name } tried to have viruses looked for in { $paper }.
}
tried-content-found-infected = { $who ->
    [you] You tried to note a virus in { $paper }.
   *[other] { $name } tried to note a virus in { $paper }.
}
because-infected = a virus was found in the file
because-scanner-away = viruses could not be looked for then
because-too-large-to-scan = the file is too large for viruses to be looked for
because-left-out = a paper could not be opened
close-export-left-out = Everything was downloaded, except what nobody can open.
problem-infected-title = A virus was found in this file. It was not kept.
problem-infected-help = Add a photo of the paper. Or ask for another file from whoever gave you this one.
problem-found-infected-title = A virus was found in this paper. Nobody can open it.
problem-found-infected-help = Ask for the paper again from whoever made it. Then add it.
problem-not-scanned-title = This paper does not open yet.
problem-not-scanned-help = Viruses must be looked for in it first. The paper is safe. Try again in a few minutes.
problem-scanner-away-title = Viruses can't be looked for now.
problem-scanner-away-help = The photo was not kept. Send it again in a few minutes.
scanned-not = Nobody has looked for viruses in this paper.
scanned-held = Viruses have not been looked for in this paper yet. That will be done before it opens.
scanned-infected = A virus was found in this paper. Nobody can open it. You can put it in the trash, then delete it.
scanned-infected-helped = A virus was found in this paper. Nobody can open it. Tell the person whom you help.
export-left-out-name = left out
export-held-told = This paper is not in this file. Viruses could not be looked for in it yet. It is still in your locker. Try again later.
export-infected-told = This paper is not in this file. A virus was found in it. Ask for the paper again from whoever made it.
export-readme-left-out = Does the name of a file end in “left out”? It says why the paper is missing.

## Institutions that ask for papers

who-institution = An institution
who-agent = Somebody of an institution
done-institution-register = { $who ->
    [you] You registered an institution.
   *[other] { $name } registered an institution.
}
tried-institution-register = { $who ->
    [you] You tried to register an institution.
   *[other] { $name } tried to register an institution.
}
done-institution-amend = { $who ->
    [you] You changed what an institution may ask for.
   *[other] { $name } changed what an institution may ask for.
}
tried-institution-amend = { $who ->
    [you] You tried to change what an institution may ask for.
   *[other] { $name } tried to change what an institution may ask for.
}
done-institution-list = { $who ->
    [you] You looked at the list of institutions.
   *[other] { $name } looked at the list of institutions.
}
tried-institution-list = { $who ->
    [you] You tried to look at the list of institutions.
   *[other] { $name } tried to look at the list of institutions.
}
done-institution-token = { $who ->
    [you] Your program came in.
   *[other] An institution's program came in.
}
tried-institution-token = { $who ->
    [you] Your program tried to come in.
   *[other] An institution's program tried to come in.
}
done-institution-view = { $who ->
    [you] You looked at how the institution is registered.
   *[other] { $name } looked at how it is registered.
}
tried-institution-view = { $who ->
    [you] You tried to look at how the institution is registered.
   *[other] { $name } tried to look at how it is registered.
}
because-wrong-assertion = the proof was not right
because-replayed-assertion = the proof had been used before
because-institution-suspended = this institution may ask for nothing any more
because-out-of-registration = this institution is not registered for that
because-out-of-token = the program had not asked for that
problem-token-title = This proof is not right.
problem-token-help = The program must make another.
because-requests-full = too many requests of that institution wait already
problem-requests-full-title = Too many requests wait for an answer already.
problem-requests-full-help = Take back those that are no longer needed, or wait for answers.
problem-institution-suspended-title = This institution may ask for nothing any more.
problem-institution-suspended-help = Speak to who runs the service.
problem-scope-title = This program may not do that.
problem-scope-help = Speak to who runs the service.
done-request-make = { $who ->
    [you] You asked a person for papers.
   *[other] { $name } asked a person for papers.
}
tried-request-make = { $who ->
    [you] You tried to ask a person for papers.
   *[other] { $name } tried to ask a person for papers.
}
done-request-follow = { $who ->
    [you] You looked at your requests for papers.
   *[other] { $name } looked at its requests for papers.
}
tried-request-follow = { $who ->
    [you] You tried to look at your requests for papers.
   *[other] { $name } tried to look at its requests for papers.
}
done-request-withdraw = { $who ->
    [you] You took back a request for papers.
   *[other] { $name } took back a request for papers.
}
tried-request-withdraw = { $who ->
    [you] You tried to take back a request for papers.
   *[other] { $name } tried to take back a request for papers.
}
done-request-take = { $who ->
    [you] You opened a request for papers with its code.
   *[other] { $name } opened a request for papers with its code.
}
tried-request-take = { $who ->
    [you] You tried to open a request for papers with a code.
   *[other] { $name } tried to open a request for papers with a code.
}
done-request-list = { $who ->
    [you] You looked at the requests for papers.
   *[other] { $name } looked at the requests for papers.
}
tried-request-list = { $who ->
    [you] You tried to look at the requests for papers.
   *[other] { $name } tried to look at the requests for papers.
}
done-request-view = { $who ->
    [you] You looked at a request for papers, and at your papers that answer it.
   *[other] { $name } looked at a request for papers, and at the papers that answer it.
}
tried-request-view = { $who ->
    [you] You tried to look at a request for papers.
   *[other] { $name } tried to look at a request for papers.
}
done-request-decline = { $who ->
    [you] You declined a request for papers.
   *[other] { $name } declined a request for papers.
}
tried-request-decline = { $who ->
    [you] You tried to decline a request for papers.
   *[other] { $name } tried to decline a request for papers.
}
done-request-save = { $who ->
    [you] You kept your choices for a request for papers.
   *[other] { $name } kept choices for a request for papers.
}
tried-request-save = { $who ->
    [you] You tried to keep your choices for a request for papers.
   *[other] { $name } tried to keep choices for a request for papers.
}
done-share-give = { $who ->
    [you] You handed papers over to { $whom }.
   *[other] { $name } handed papers over to { $whom }.
}
tried-share-give = { $who ->
    [you] You tried to hand papers over.
   *[other] { $name } tried to hand papers over.
}
done-share-list = { $who ->
    [you] You looked at what you have handed over.
   *[other] { $name } looked at what you have handed over.
}
tried-share-list = { $who ->
    [you] You tried to look at what you have handed over.
   *[other] { $name } tried to look at what you have handed over.
}
done-share-pause = { $who ->
    [you] You paused what you handed over to { $whom }.
   *[other] { $name } paused what you handed over to { $whom }.
}
tried-share-pause = { $who ->
    [you] You tried to pause what you have handed over.
   *[other] { $name } tried to pause what you have handed over.
}
done-share-resume = { $who ->
    [you] You ended the pause: { $whom } can open what you handed over again.
   *[other] { $name } ended the pause: { $whom } can open what you handed over again.
}
tried-share-resume = { $who ->
    [you] You tried to end the pause of what you have handed over.
   *[other] { $name } tried to end the pause of what you have handed over.
}
done-share-revoke = { $who ->
    [you] You stopped what you handed over to { $whom }. Nothing of it opens any more.
   *[other] { $name } stopped what you handed over to { $whom }. Nothing of it opens any more.
}
tried-share-revoke = { $who ->
    [you] You tried to stop what you have handed over.
   *[other] { $name } tried to stop what you have handed over.
}
done-share-receive = { $who ->
    [you] You looked at the list of papers that were handed over.
   *[other] { $name } looked at the list of papers that you handed over.
}
tried-share-receive = { $who ->
    [you] You tried to look at the list of papers that were handed over.
   *[other] { $name } tried to look at the list of papers that you handed over.
}
done-share-archive = { $who ->
    [you] You asked for all the papers handed over in one file.
   *[other] { $name } asked for all the papers handed over in one file.
}
tried-share-archive = { $who ->
    [you] You tried to fetch all the papers handed over in one file.
   *[other] { $name } tried to fetch all the papers handed over in one file.
}
done-share-merged = { $who ->
    [you] You asked for a copy of the papers handed over in one PDF.
   *[other] { $name } asked for a copy of the papers handed over in one PDF.
}
tried-share-merged = { $who ->
    [you] You tried to fetch a copy of the papers handed over in one PDF.
   *[other] { $name } tried to fetch a copy of the papers handed over in one PDF.
}
done-share-receipt = { $who ->
    [you] You made a receipt of the papers handed over to { $whom }.
   *[other] { $name } made a receipt of the papers handed over to { $whom }.
}
tried-share-receipt = { $who ->
    [you] You tried to make a receipt of the papers handed over.
   *[other] { $name } tried to make a receipt of the papers handed over.
}
done-share-receive-receipt = { $who ->
    [you] You fetched the receipt of the papers handed over.
   *[other] { $name } fetched the receipt of the papers that you handed over.
}
tried-share-receive-receipt = { $who ->
    [you] You tried to fetch the receipt of the papers handed over.
   *[other] { $name } tried to fetch the receipt of the papers that you handed over.
}
close-bundle-complete = The file with the papers handed over was sent whole.
close-bundle-left-out = The file with the papers handed over was sent. What was not there any more is missing.
close-bundle-stopped = The sending of the file with the papers handed over stopped: { $because }.
because-too-few-readings = there are not enough openings left for all the papers
because-too-large-to-merge = the papers are too large for one PDF
problem-too-few-readings-title = There are not enough openings left.
problem-too-few-readings-help = It takes one for each paper. Open the papers one by one, or ask the person.
problem-too-large-to-merge-title = The papers are too large for one PDF.
problem-too-large-to-merge-help = Fetch the ZIP, or the papers one by one.
given-receipt = Make a receipt
given-receipt-signed = Get the signed receipt
given-receipt-signed-told = It is a file for programs. It proves what you handed over, to whom and when.
cover-title = Papers handed over
cover-from = Who hands over
cover-to = To whom
cover-purpose = What for
cover-basis = Text that allows this request
cover-reference = Name of the file
cover-given = Handed over
cover-until = These papers open until this date
cover-archive-what = This file holds the papers as they were added. Nothing in them is changed.
cover-merged-what = This PDF holds copies of the papers. Each page says for whom the copy is.
cover-merged-derived = These copies are not the files that were added. Those files are in the ZIP. The fingerprint is that of the file that was added.
cover-copy = A copy does not replace an original.
cover-list = The papers
cover-place = No.
cover-dates = Dates
cover-where = Where
cover-here = In this file
cover-page = Page { $page }
cover-pages = Pages { $first } to { $last }
cover-issued = made { $day }
cover-good-until = last day: { $day }
cover-absent-gone = Not here: the person has taken it away.
cover-absent-infected = Not here: a virus was found in it.
cover-absent-damaged = Not here: the file does not open.
cover-absent-encrypted = In the ZIP only: this PDF is locked.
cover-absent-unreadable = In the ZIP only: this file does not read.
cover-absent-kind = In the ZIP only: this kind of file does not go into a PDF.
cover-absent-too-large = In the ZIP only: this file is too large.
cover-only-there = These papers are in the ZIP only
cover-refused = Asked for, and not handed over
cover-refused-number = The paper asked for, number { $number }
cover-across = Copy for { $name } · { $purpose } · { $day }
handed-receipt-title = Receipt of papers handed over
handed-receipt-intro = This receipt says which papers were handed over, to whom, and until when.
done-share-take-out = { $who ->
    [you] A paper that was destroyed is no longer in what you handed over to { $whom }.
   *[other] A paper that was destroyed is no longer in what you handed over to { $whom }.
}
tried-share-take-out = { $who ->
    [you] You tried to take a paper that was destroyed out of what you have handed over.
   *[other] { $name } tried to take a paper that was destroyed out of what you have handed over.
}
done-share-expire = { $who ->
    [you] What you handed over to { $whom } does not open any more. That was the day that was said.
   *[other] What you handed over to { $whom } does not open any more. That was the day that was said.
}
tried-share-expire = { $who ->
    [you] You tried to note the end of what you have handed over.
   *[other] { $name } tried to note the end of what you have handed over.
}
who-reads = { $organisation }, for “{ $name }”,
who-reads-unread = { $organisation }, for somebody whose name does not read,
whom-institution = an institution
because-unknown-request = that request is not there
because-unknown-share = nothing of the kind was handed over
because-share-over = what was handed over does not open any more
because-share-paused = what was handed over is paused
problem-share-over-title = What was handed over does not open any more.
problem-share-over-help = Its date has passed, or the person stopped it. Ask them again, if you need to.
problem-share-paused-title = What was handed over is paused.
problem-share-paused-help = The person can end the pause. Try again later.
problem-field-out-of-bounds = Give a number from 1 to { $limit }.
done-webhook-send = { $who ->
    [you] You told an institution's server.
   *[other] An institution's server was told.
}
tried-webhook-send = { $who ->
    [you] You tried to tell an institution's server.
   *[other] An institution's server was to be told.
}
because-callback-away = that server did not answer for 3 days
because-callback-gone = that server wants to be told no more
because-callback-inside = that server's address is not public
problem-field-unregistered-callback = This address is not registered for this institution. Register it, or take it out.
problem-field-unregistered = This institution may not ask for that kind of paper. Take it out.
problem-field-no-such-paper = That paper is not there any more, or does not answer the request. Choose another.

## What is asked for, and what was handed over

given-destroyed = A paper that was destroyed
asked-title = Papers asked for
asked-wrong-title = To correct: papers asked for
wrongs-count = { $count ->
    [one] There is 1 thing to put right.
   *[other] There are { $count } things to put right.
}
asked-what = An institution asks you for papers? It gave you a code.
asked-code = Code of the request
asked-code-hint = 12 letters and figures. Spaces and dashes don't matter.
asked-code-button = Open the request
asked-wrong-code = This code is not right. Check each letter, or ask for another code.
asked-list-title = Your requests
asked-none = There is no request.
asked-by = Papers asked for by { $name }
asked-made = Request made on { $day }.
asked-waits = You can answer until { $day }.
asked-answered = You answered: papers are handed over.
asked-declined = You declined this request.
asked-withdrawn = The institution took its request back.
asked-over = The date to answer has passed.
asked-basis = The rule that allows this request: { $basis }.
asked-reference = Name of the matter: { $name }.
asked-either = One of these papers, as you choose: { $kinds }
asked-or-another = { $kind } or another paper
asked-mandatory = This paper is needed.
asked-optional = Give it if you have it.
asked-count = Up to { $count } papers.
asked-months = { $count ->
    [one] Less than 1 month old.
   *[other] Less than { $count } months old.
}
fit-good = This paper fits.
fit-unknown = A date is missing on this paper: it may fit.
fit-too-old = This paper is too old for this request.
fit-ended = This paper is no longer good.
asked-handed = This institution has been given it already.
asked-nothing = You don't have this paper in your locker.
asked-refuse-part = I don't give this paper
asked-refuse-theirs = Only the person can refuse this paper.
asked-wrong-theirs = { $what }: choose a paper. Only the person can refuse.
asked-lasts = Last day on which the institution can open these papers
asked-then = The institution opens these papers as they are today.
asked-then-see = You see each time they are opened.
asked-then-stop = You can stop it whenever you want.
asked-proof = Before you hand over, we may ask you to prove again who you are.
asked-give = Hand these papers over
asked-decline = Decline this request
asked-back = Back to the papers asked for
asked-wrong-papers = { $what }: choose a paper, or tick “I don't give this paper”.
asked-wrong-refused = { $what }: you chose a paper and ticked “I don't give this paper”. Keep one of the two.
asked-wrong-many = { $what }: { $count ->
    [one] choose only 1 paper.
   *[other] choose { $count } papers at most.
}
asked-wrong-nothing = Choose at least one paper. To give nothing, decline the request.
asked-add-told = You can add this paper now. Your choices are kept, and you come back here afterwards.
asked-added = Your paper is added. It is ticked in the request.
asked-added-unfit = Your paper is added. It does not fit this request: read why.
asked-added-other = Your paper is added to your locker. It is not the type of paper that is asked for.
answered-given = Handed over: “{ $title }”, file “{ $file }”, on { $day }.
answered-destroyed = Handed over on { $day }, and destroyed since.
answered-refused = You did not give this paper.
answered-none = Nothing was handed over.
answered-see = See what you handed over, and who opened it
asked-nothing-seen = You see no paper that fits.
asked-then-theirs = The person sees each opening. They can stop it when they want.
asked-proof-helper = Before papers are handed over, we may ask you to prove again who you are.
asked-keep-told = Is a paper missing? Keep your choices and come back later. Nothing is handed over.
asked-keep = Keep for later
asked-kept = Your choices are kept. Nothing is handed over.
asked-back-visit = Back to the visit
visit-asked = Answer a request for papers
visit-asked-wrong = To correct: request for papers
visit-asked-what = Does an organisation ask this person for papers? They were given a code.
visit-asked-whose = The code must be theirs. The request goes into their locker.
visit-just-given = The papers are handed over. The person sees it in their locker.
asked-done-given = Your papers are handed over.
asked-done-declined = The request is declined. The institution sees that.
asked-done-changed = It is done.
given-title = What you handed over
given-none = You have handed nothing over.
given-to = To { $name }
given-named = to { $name }
given-until = These papers can be opened until { $day }.
given-paused = Paused: nothing opens. It ends on { $day }.
given-stopped = You stopped it. Nothing opens any more.
given-over = It ended on { $day }. Nothing opens any more.
given-not-believed = What is kept does not match “Who opened my papers?”. Nothing opens, and nothing is shown.
given-used = It was opened as often as it may be. Nothing opens any more.
given-readings = { $count ->
    [0] Nobody has opened these papers yet.
    [one] Opened once.
   *[other] Opened { $count } times.
}
given-stop = Stop
given-pause = Pause
given-go-on = Open these papers again
end-keep = Do not stop it
end-share-title = Stop what you handed over
end-share-now = None of these papers opens any more, at once.
end-share-taken = What was opened already may have been copied. That can't be undone.
end-share-never = You can't start it again. You can hand papers over anew.
end-share-button = Stop it now
end-share-pause = Not sure?
end-share-pause-told = Pause it: nothing opens. You end the pause when you want.
end-request-title = Decline this request
end-request-now = No paper is handed over.
end-proposal-now = This institution sends no paper to your locker.
end-request-told = The institution sees that you declined. It does not see why.
end-request-never = You can't answer this request any more. The institution can make another one.
end-request-keep = Do not decline
end-agreement-title = Receive no more papers
end-agreement-now = This institution can add no more papers to your locker, at once.
end-agreement-stay = Papers that have arrived stay.
end-agreement-never = To start again, the institution must ask you once more.
end-agreement-button = Stop it now
give-title = Give papers to somebody
give-wrong-title = To correct: give papers to somebody
give-what = You give this person a code. With it, they see the papers that you choose.
give-recipient = To whom?
give-recipient-hint = For example: my landlady, Mrs Petit.
give-purpose = What for?
give-purpose-hint = For example: renting a flat. The person reads these words.
give-nothing = You have no paper here yet.
give-papers = Which papers?
give-health = Health papers: give them only if it is really needed.
give-private = This paper is hidden from your helpers.
give-not-marked = This paper can't be marked with for whom the copy is.
give-as-it-is = Also give papers that can't be written on
give-as-it-is-hint = The person then gets these papers as they are. Nothing on them says for whom they are.
give-from-first = The time begins when the person uses the code
give-from-first-hint = Useful for a code on paper. The person then has 30 days.
give-until = Last day
give-until-hint = If you leave it empty: 30 days. For a code on paper: 6 months to begin.
give-times = How often papers can be opened at most
give-times-hint = If you leave it empty, the person opens papers as often as they like.
give-then = With the code, the person types your surname too.
give-then-see = You see who opens your papers, and when.
give-proof = Before the code is made, you may be asked to prove again that it is you.
give-button = Make the code
give-wrong-none = Choose at least one paper.
give-wrong-unmarked = A paper that you chose can't be written on. Take it out, or tick this box.
give-wrong-recipient = Write to whom you give these papers.
give-wrong-purpose = Write what for.
given-from-first = These papers open for { $count } days after the first time. They end on { $day } at the latest.
code-title = Here is the code to give
code-for = This code is for { $name }.
code-once = This code is shown only once. Write it down, or print it now.
code-where = Address where the code is typed:
code-how = The person opens this page and types this code.
code-how-surname = They also type your surname.
code-print = Print the code
code-before-title = This code was shown already
code-before-nothing = You sent the same page twice. Nothing new was made.
code-before-once = A code is shown only once. It still works for the person who has it.
code-before-see = See what you handed over
code-before-lost = You did not write the code down?
code-before-lost-told = Stop what you handed over, then make another code.
code-before-stop = Stop what you handed over
code-before-another = Make another code
code-paper-title = A code to see papers
code-paper-for = This code is for { $name }.
code-paper-how = What to do
code-paper-go = 1. Go to this address: { $address }
code-paper-type = 2. Type this code: { $code }
code-paper-surname = 3. Type the surname of the person who gives you this sheet.
code-paper-name = 4. Say your name. You then see the papers.
code-paper-picture = A picture to photograph: it leads to the page where the code is typed.
code-paper-time = How long
code-paper-until = This code works until { $day }.
code-paper-from-first = The time begins when you type the code. You then have { $count } days. All ends on { $day } at the latest.
code-paper-stop = The person can stop it earlier.
code-paper-know = Good to know
code-paper-seen = The person sees who opens their papers, and when.
code-paper-mark = Each copy says for whom it is: { $name }.
code-paper-alone = This code is for you alone. Give it to nobody.
code-paper-foot = A code to see papers
bearer-title = I have a code
bearer-wrong-title = To correct: I have a code
bearer-wrong-name = To correct: who are you?
bearer-no-code = Type the code that you were given.
bearer-no-surname = Type the person's surname.
bearer-what = Somebody gave you a code to see their papers. You need no account.
bearer-code = Your code
bearer-code-hint = 12 letters and figures. Spaces and dashes don't matter.
bearer-surname = Surname of the person who gave you the code
bearer-surname-hint = As on their papers. Accents and capitals don't matter.
bearer-seen = If this code exists, the person sees that you tried.
bearer-go-on = Continue
bearer-other = Did an institution give you a code, so that you hand papers over to it? You type that code in your locker.
bearer-other-go = Go to the papers asked for
bearer-wrong = This code and this name don't go together. Check both, then try again.
bearer-wait = There were too many tries. Wait a few minutes, then try again.
bearer-over = Your time on this page is over. Type the code once more.
bearer-name-title = Who are you?
bearer-name = Your name
bearer-name-hint = For example: Marie Petit, Valserin agency.
bearer-name-seen = The person who gave you the code sees this name, and what you open.
bearer-see = See the papers
bearer-leave = I have finished
bearer-list-title = Papers that you may see
bearer-of = These papers belong to { $name }.
bearer-for = They are given to { $name }.
bearer-good-until = Last day of this paper: { $day }.
bearer-list-mark = You see copies. Each says for whom it is, what for, and the date.
bearer-list-seen = The person sees each opening.
bearer-open = Open this paper
used-title = Who opened?
used-none = Nobody has opened anything yet.
used-back = Back to what you handed over
used-somebody = Whoever has the code
used-said = “{ $name }”
used-entered = The right code and your surname were typed.
used-looked = { $name } looked at the list.
used-opened = { $name } opened “{ $paper }”.
used-refused = { $name } tried, and saw nothing.
used-archive = { $name } took all the papers as a ZIP file.
used-merged = { $name } took all the papers as one PDF.
used-receipt = { $name } took the receipt.
used-wrong-surname = Somebody typed the code with a wrong surname.
done-share-enter = { $who ->
    [you] You came in with a code.
   *[other] { $name } typed the right code and your surname.
}
tried-share-enter = { $who ->
    [you] You tried to come in with a code.
   *[other] { $name } tried to come in with the code.
}
done-share-print = { $who ->
    [you] You printed the code for { $whom }.
   *[other] { $name } printed the code for { $whom }.
}
tried-share-print = { $who ->
    [you] You tried to print a code.
   *[other] { $name } tried to print a code.
}
done-share-view = { $who ->
    [you] You looked at who opened what you handed over to { $whom }.
   *[other] { $name } looked at who opened what you handed over to { $whom }.
}
tried-share-view = { $who ->
    [you] You tried to look at what you handed over.
   *[other] { $name } tried to look at what you handed over.
}
who-bearer = Whoever has the code
who-bears = “{ $name }”, with the code for { $recipient },
who-bears-for = Whoever has the code for { $recipient }
because-wrong-surname = the surname was not the right one
because-not-marked = the person's name can't be written on this paper
because-holders-no = only the person may refuse this paper
because-pass-over = the time to look was over
problem-wrong-code-or-name-title = This code and this name don't go together.
problem-wrong-code-or-name-help = Look at the code and the surname, then try again.
problem-not-marked-title = This paper does not open with a code.
problem-not-marked-help = It can't be marked with for whom the copy is. Ask the person for this paper.
problem-pass-over-title = Your time on this page is over.
problem-pass-over-help = Type the code and the surname once more.
problem-field-unmarked = A paper that was chosen can't bear the person's name. Take it out, or accept to give it as it is.

## Agreements: an institution may send papers

done-agreement-give = { $who ->
    [you] You agreed: { $whom } may send you papers.
   *[other] { $name } said yes: { $whom } may send papers.
}
tried-agreement-give = { $who ->
    [you] You tried to say yes to an institution that wants to send you papers.
   *[other] { $name } tried to say yes to an institution that wants to send papers.
}
done-agreement-list = { $who ->
    [you] You looked at who may send you papers.
   *[other] { $name } looked at who may send you papers.
}
tried-agreement-list = { $who ->
    [you] You tried to look at who may send you papers.
   *[other] { $name } tried to look at who may send you papers.
}
done-agreement-stop = { $who ->
    [you] You stopped it: { $whom } can send you no more papers.
   *[other] { $name } stopped it: { $whom } can send you no more papers.
}
tried-agreement-stop = { $who ->
    [you] You tried to stop an institution from sending papers.
   *[other] { $name } tried to stop an institution from sending papers.
}
done-agreement-view = { $who ->
    [you] You looked at how an agreement stands.
   *[other] { $name } looked at how an agreement stands.
}
tried-agreement-view = { $who ->
    [you] You tried to look at how an agreement stands.
   *[other] { $name } tried to look at how an agreement stands.
}
because-unknown-agreement = that agreement is not there
because-agreement-over = the agreement is over
because-agreement-full = there is not enough room left for that institution
because-out-of-agreement = that type of paper is not in the agreement
because-wrong-signature = the signature was wrong
because-agreement-day = too many papers came that day
problem-agreement-over-title = This agreement is over.
problem-agreement-over-help = Its date has passed, or the person stopped it. Ask them again, if you need to.
problem-agreement-full-title = This paper does not fit.
problem-agreement-full-help = There is not enough room for your papers. Talk to the person.
problem-agreement-day-title = Too many papers today.
problem-agreement-day-help = Send the others tomorrow.
problem-out-of-agreement-title = This type of paper is not in the agreement.
problem-out-of-agreement-help = Ask the person for this type of paper.
problem-wrong-signature-title = This signature is wrong.
problem-wrong-signature-help = Sign the paper with a registered key, then send it again.
agree-by = { $name } wants to send you papers
agree-wrong-title = To correct: papers to be sent to you
agree-kinds = They want to add these types of papers to your locker:
agree-lasts = They may add papers until
agree-hidden = Hide these papers from my helpers
agree-hidden-told = Otherwise your helpers see these papers like the others.
agree-then = They do not see your other papers.
agree-then-see = You see each paper that arrives.
agree-then-stop = You stop it when you want. Papers that have arrived stay.
agree-proof = Before you say yes, you prove again that it is you.
agree-button = I agree
agree-theirs = Only the person can agree to this. They do it in their locker.
agree-answered = You said yes.
asked-done-agreed = Done: this institution may send you papers.
agreed-title = Who may send you papers
agreed-none = No institution may send you papers.
agreed-until = Until this date: { $day }.
agreed-stopped = You stopped it. Nothing arrives any more.
agreed-not-believed = What is kept does not match “Who opened my papers?”. Nothing arrives any more.
agreed-over = It has been over since this date: { $day }.
agreed-hidden = These papers are hidden from your helpers.
agreed-stop = Stop
agreed-named = the papers sent by { $name }
paper-sent-by = Sent by
paper-sent = Sent by { $name } on { $day }
receipt-issued = Sent by { $name }

# The pages of an institution's agents.
office-ask = Ask for papers
office-ask-again = Make a new request
office-another = Make another request
office-members = The members of the office
office-what = You ask a person for papers, for your institution. They choose what they hand over.
office-basis = Text that lets you ask: { $basis }.
office-list = Requests
office-none = There is no request yet.
office-more = See older requests
office-back = Back to the requests
office-unnamed = A request
office-made = Asked on this date: { $moment }.
office-made-by = Asked on this date: { $moment }. By: { $name }.
office-made-unread = Asked on this date: { $moment }. The name of the person can no longer be read.
office-waits = Nobody has typed the code yet. It can be answered until this date: { $day }.
office-taken = The person has the request. They can answer until this date: { $day }.
office-answered = The person handed papers over.
office-declined = The person said no.
office-withdrawn = This request is taken back.
office-over = The date to answer has passed.
office-paused = The person has paused these papers.
office-paused-title = These papers are paused
office-paused-then = The person can end the pause. Then you can read them. Wait, or talk to them.
office-paused-not = Nothing was opened.
office-ended = These papers no longer open.
office-ended-title = These papers no longer open
office-ended-why = The date has passed, or the person has stopped. They may also have destroyed a paper.
office-ended-then = Do you still need these papers? Make a new request.
office-moved-title = This request can no longer be taken back
office-moved-then = The person has answered, or the request is over. Look at it in the list.
office-nothing-title = There is nothing at this address
office-nothing-then = Go back to the requests, then choose in the list.
office-infected-title = A virus was found in this paper. It does not open
office-infected-then = Talk to the person. Then ask them for this paper again.
office-pieces = The papers asked for
office-optional = If the person has it.
office-look = See the papers handed over
office-look-told = Each time you look, the person sees it, with your name.
office-withdraw-title = Take this request back
office-withdraw-told = The person can no longer answer it. The code no longer works.
office-withdraw-never = You cannot bring it back. To ask again, a new code will be needed.
office-withdraw = Take the request back
office-withdraw-keep = Keep the request
office-done-withdrawn = Done: the request is taken back. Its code no longer works.
office-done-joined = You now belong to this office. You can ask for papers.
office-wrong-title = To correct: ask for papers
office-wrong = The request is not made yet
office-ask-told = Ask only for what you need. The person reads all that you write here.
office-purpose = Why do you ask for these papers?
office-purpose-hint = The person reads this sentence. For instance: your housing application.
office-reference = Name or number of the file
office-reference-hint = You can leave this empty. The person reads it too.
office-lists = Which papers do you ask for?
office-no-list = None of these lists
office-kinds = Choose papers one by one
office-kinds-told = Tick also what is missing in the list.
office-deadline = The last day to answer
office-deadline-hint = Within 1 year. After that day, the code no longer works.
office-days = For how many days do these papers open for you?
office-days-hint = From 1 to 365 days. The person can choose less.
office-then = You then receive a code to give to the person. Without this code, they do not see the request.
office-ask-button = Make the request
office-no-pieces = Choose a list, or tick at least 1 paper.
office-bad-pieces = Your institution cannot ask for these papers. Choose some on the page.
office-no-purpose = Write why you ask for these papers.
office-bad-deadline = Choose a date from today on, such as 31/01/2027.
office-far-deadline = Choose a date within 1 year.
office-bad-days = Write a number of days, from 1 to 365.
office-code-title = The code of the request
office-code-once = This code is shown only once. Write it down now.
office-code-how = The person types this code in their locker, at “Papers asked for”. They can also open this address:
office-code-until = The code is good until this date: { $moment }.
office-code-nobody = Give the code to this person only. The first person who types it has the request.
office-code-follow = Follow this request
office-already-title = This request is already made
office-already-told = You sent the same page twice. Nothing new was asked for.
office-already-lost = You no longer have the code?
office-already-lost-then = The code is shown only once. Take this request back, then make another.
office-of = Papers handed over by { $name }
office-until = You can read them until this date: { $day }.
office-readings-left = { $count ->
    [0] They can no longer be opened.
    [one] They can be opened 1 more time.
   *[other] They can be opened { $count } more times.
}
office-refused = { $count ->
    [one] The person does not give 1 of the papers asked for.
   *[other] The person does not give { $count } of the papers asked for.
}
office-destroyed = The person has destroyed papers since. They are no longer here.
office-seen = The person sees each paper that you open, with your name.
office-brought = Paper added by the person.
office-original-seen = A helper has seen the original.
office-issued = Paper sent by the institution that made it.
office-issued-on = Date of the paper: { $day }.
office-expires-on = Good until this date: { $day }.
office-open = Open
office-open-named = Open “{ $title }”
office-all = Everything at once
office-all-told = Then each paper counts as opened 1 time.
office-zip = Take all the papers in a ZIP file
office-pdf = Take a single PDF
office-receipt = Take the signed receipt
list-logement = Housing application
list-rsa = Application for minimum income (RSA)
list-titre-sejour = Renewal of a residence permit
list-cantine = School canteen
list-handicap = Disability rights
work-you-act = You ask for papers for this institution.
work-office-link = Requests for papers
structure-acts = Asks for papers and reads them for this institution.
invite-acts = They ask for papers and read them for this institution.
invite-no-role-office = Tick at least 1 box: they ask for papers, or they manage the members.
tasks-agent = They ask for papers and read them, and do not manage the members.
tasks-referent-office = They manage the members, and read no papers.
tasks-agent-both = They ask for papers and read them, and manage the members.
tasks-gains-acts = They will be able to ask for papers, and read what people handed over.
tasks-loses-acts = They no longer read what people handed over, at once.
