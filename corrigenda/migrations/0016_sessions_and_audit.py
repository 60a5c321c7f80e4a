"""Sessions with their member, alerts, and an audit log that the database itself keeps from changes."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SAME = (
    "id",
    "kind",
    "at",
    "fold",
    "member_id",
    "login_hash",
    "by",
    "by_member_id",
    "network_hash",
    "browser",
    "system",
    "detail",
    "kept_until",
)
"""What one more repetition of a failure leaves as it is."""
_SAME = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in SAME)
SQLITE = (
    f"""CREATE TRIGGER audit_no_update BEFORE UPDATE ON corrigenda_auditevent
       WHEN NOT (OLD.fold IS NOT NULL AND NEW.times = OLD.times + 1 AND NEW.last_at >= OLD.last_at AND {_SAME})
       BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END""",
    """CREATE TRIGGER audit_no_delete BEFORE DELETE ON corrigenda_auditevent
       WHEN OLD.kept_until > strftime('%Y-%m-%d %H:%M:%f', 'now')
       BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION corrigenda_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE former corrigenda_auditevent%ROWTYPE;
       BEGIN
         IF TG_OP = 'DELETE' THEN
           IF OLD.kept_until <= now() THEN RETURN OLD; END IF;
         ELSIF OLD.fold IS NOT NULL AND NEW.times = OLD.times + 1 AND NEW.last_at >= OLD.last_at THEN
           former := NEW;
           former.times := OLD.times;
           former.last_at := OLD.last_at;
           IF former IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
         END IF;
         RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'restrict_violation';
       END $$""",
    """CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON corrigenda_auditevent
       FOR EACH ROW EXECUTE FUNCTION corrigenda_audit_append_only()""",
)
UNDO = {
    "sqlite": ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"),
    "postgresql": (
        "DROP TRIGGER audit_append_only ON corrigenda_auditevent",
        "DROP FUNCTION corrigenda_audit_append_only()",
    ),
}
DO = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def forbid(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    for statement in DO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def allow(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Adds the tables and the triggers, and deletes the sessions of the former engine, which nobody reads."""

    dependencies = [("corrigenda", "0014_identity"), ("sessions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="DeskSession",
            fields=[
                ("session_key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("session_data", models.TextField()),
                (
                    "expire_date",
                    models.DateTimeField(db_index=True, help_text="When it ends, if nothing happens in it."),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Names it in pages: the key is a secret.",
                        unique=True,
                    ),
                ),
                (
                    "is_kept",
                    models.BooleanField(default=False, help_text="The member asked to stay signed in."),
                ),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "active_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="Last time that the member did something.",
                    ),
                ),
                ("browser", models.CharField(blank=True, max_length=40)),
                ("system", models.CharField(blank=True, max_length=40)),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-active_at", "session_key"),
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new_browser", "sign-in from a new browser"),
                            ("new_password", "new password"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by_shell", models.BooleanField(default=False)),
                ("browser", models.CharField(blank=True, max_length=40)),
                ("system", models.CharField(blank=True, max_length=40)),
                (
                    "session",
                    models.UUIDField(
                        help_text="The session that caused it: it is not shown there.", null=True
                    ),
                ),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "is_mailed",
                    models.BooleanField(help_text="Whether a mail is sent; else the desk alone shows it."),
                ),
                ("message_id", models.CharField(default=uuid.uuid4, max_length=250, unique=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("abandoned_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alerts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("abandoned_at", None), ("delivered_at", None), ("is_mailed", True)
                        ),
                        fields=["next_attempt_at"],
                        name="alert_due",
                    ),
                    models.Index(fields=["at"], name="alert_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signed_in", "signed in"),
                            ("failed", "sign-in failed"),
                            ("failed_closed", "sign-in to a closed account"),
                            ("failed_present", "wrong present password"),
                            ("failed_more", "more failed sign-ins"),
                            ("signed_out", "signed out"),
                            ("session_ended", "session ended"),
                            ("password_changed", "new password"),
                            ("member_added", "member added"),
                            ("member_closed", "account closed"),
                            ("member_opened", "account opened"),
                            ("role_changed", "new role"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "last_at",
                    models.DateTimeField(
                        help_text="The last repetition of a failure; else the same as `at`."
                    ),
                ),
                ("times", models.PositiveIntegerField(default=1)),
                (
                    "fold",
                    models.CharField(
                        help_text="What counts as the same failure; empty for others.",
                        max_length=32,
                        null=True,
                        unique=True,
                    ),
                ),
                (
                    "login_hash",
                    models.CharField(blank=True, help_text="Of a name that no account has.", max_length=16),
                ),
                (
                    "by",
                    models.CharField(
                        choices=[("member", "a member"), ("shell", "the shell"), ("visitor", "a visitor")],
                        max_length=10,
                    ),
                ),
                ("network_hash", models.CharField(blank=True, max_length=16)),
                ("browser", models.CharField(blank=True, max_length=40)),
                ("system", models.CharField(blank=True, max_length=40)),
                (
                    "detail",
                    models.CharField(
                        blank=True, help_text="Roles before and after; sessions ended.", max_length=60
                    ),
                ),
                ("kept_until", models.DateTimeField(help_text="The database refuses to delete it before.")),
                (
                    "by_member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        help_text="Whose account.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["at"], name="audit_at"),
                    models.Index(fields=["kind", "id"], name="audit_kind"),
                    models.Index(fields=["kept_until"], name="audit_kept_until"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("by", "member"), ("by_member", None), _connector="OR"),
                        name="audit_by_is_whole",
                    )
                ],
            },
        ),
        migrations.RunPython(forbid, allow),
        migrations.RunSQL("DELETE FROM django_session", migrations.RunSQL.noop),
    ]
