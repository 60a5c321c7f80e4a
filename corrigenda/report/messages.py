"""The words of the widget, marked for gettext: the same keys and sentences as widget/messages.json."""

from typing import Final

from django.utils.translation import gettext_noop

MESSAGES: Final[dict[str, str]] = {
    "title": gettext_noop("Suggest a correction"),
    "close": gettext_noop("Close"),
    "optional": gettext_noop("optional"),
    "otherWords": gettext_noop("Choose other words"),
    "headline": gettext_noop("In the headline"),
    "caption": gettext_noop("In the caption"),
    "image": gettext_noop("About the image"),
    "voice": gettext_noop("I noticed this too"),
    "notice": gettext_noop("Read the published note"),
    "unreachable": gettext_noop("This needs a connection, and there is none at the moment."),
    "suggestionLabel": gettext_noop("How should it read?"),
    "suggestionHint": gettext_noop(
        "Change the wording here, or leave it and tell us below what is wrong. If the words should go, "
        "empty the box."
    ),
    "added": gettext_noop("added:"),
    "removed": gettext_noop("removed:"),
    "deletion": gettext_noop("These words are to be deleted."),
    "concernLabel": gettext_noop("What is wrong?"),
    "concernMissing": gettext_noop("Please choose what is wrong."),
    "commentLabel": gettext_noop("Comment"),
    "commentHint": gettext_noop("For example, how you know, or where we can check it."),
    "emailLabel": gettext_noop("Your e-mail address"),
    "emailHint": gettext_noop("We use it only to tell you what was decided. It is never published."),
    "send": gettext_noop("Send"),
    "sending": gettext_noop("Sending…"),
    "retry": gettext_noop("Try again"),
    "checking": gettext_noop("One moment: we are checking that you are not a robot."),
    "cancel": gettext_noop("Cancel"),
    "noAnswer": gettext_noop(
        "No answer came from the server, so we cannot say that your report arrived. Everything you typed is "
        "still here."
    ),
    "serverError": gettext_noop(
        "The server could not take your report (error {status}). Everything you typed is still here."
    ),
    "keptTitle": gettext_noop("Not sent yet"),
    "kept": gettext_noop(
        "Your report is kept on this device. It will be sent once the connection is back and a page of this "
        "site is open."
    ),
    "keptHint": gettext_noop(
        "What is kept holds everything you typed, your e-mail address too. It is deleted from this device "
        "as soon as it is sent, or after 30 days."
    ),
    "back": gettext_noop("Back to the form"),
    "sentLater": gettext_noop("The report that was kept on this device has been sent."),
    "refusedLater": gettext_noop("The report that was kept on this device was not accepted."),
    "forget": gettext_noop("Delete it from this device"),
    "sentTitle": gettext_noop("Thank you"),
    "statusLink": gettext_noop("See what happens to your report"),
    "statusHint": gettext_noop("Keep this link. It works without an account."),
    "chooseTitle": gettext_noop("Which words are wrong?"),
    "chooseHint": gettext_noop(
        "Mark the words: press and drag over them, or hold Shift and use the arrow keys."
    ),
    "paragraph": gettext_noop("Paragraph {number} of {total}"),
    "previous": gettext_noop("Previous paragraph"),
    "next": gettext_noop("Next paragraph"),
    "useWords": gettext_noop("Use these words"),
    "nothingMarked": gettext_noop("Please mark the words first."),
    "noSelection": gettext_noop("No words were selected."),
    "outside": gettext_noop("The selected words are not in the text of the article."),
    "tooLong": gettext_noop("The selected passage is too long. Please mark {max} characters at most."),
    "noText": gettext_noop("We could not find the text of an article on this page."),
    "form": gettext_noop("Write to us in a plain form instead"),
}
