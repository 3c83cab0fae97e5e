import django.core.validators
import django.db.models.deletion
import score_mis.lib.dates
import score_mis.lib.photos
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('enterprises', '0001_initial'),
        ('training', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Suggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(editable=False, verbose_name='number')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('text', models.TextField(blank=True, verbose_name='suggestion')),
                ('category', models.CharField(blank=True, choices=[('safety', 'safety and health'), ('quality', 'quality'), ('productivity', 'productivity'), ('cleaner', 'energy, material, environment'), ('workplace', 'workplace order (5S)'), ('people', 'people and communication'), ('other', 'other')], max_length=16, verbose_name='category')),
                ('is_anonymous', models.BooleanField(default=False, verbose_name='anonymous')),
                ('proposer', models.CharField(blank=True, max_length=120, verbose_name='proposer')),
                ('proposer_sex', models.CharField(blank=True, choices=[('female', 'female'), ('male', 'male')], max_length=10, verbose_name='sex')),
                ('proposer_role', models.CharField(blank=True, choices=[('frontline', 'front-line worker'), ('technician', 'technician'), ('manager', 'manager')], max_length=12, verbose_name='role of the proposer')),
                ('department', models.CharField(blank=True, max_length=120, verbose_name='department')),
                ('decision_reason', models.TextField(blank=True, verbose_name='answer to the proposer')),
                ('owner', models.CharField(blank=True, max_length=120, verbose_name='who carries it out')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('cost', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='cost')),
                ('saving_estimated', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='saving a year, estimated')),
                ('saving_actual', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='saving a year, actual')),
                ('status', models.CharField(choices=[('submitted', 'submitted'), ('deferred', 'deferred'), ('adopted', 'adopted'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn'), ('implemented', 'implemented'), ('verified', 'verified'), ('cancelled', 'cancelled'), ('void', 'void')], default='submitted', editable=False, max_length=12, verbose_name='status')),
                ('submitted_on', models.DateField(editable=False, null=True, verbose_name='submitted on')),
                ('decided_on', models.DateField(editable=False, null=True, verbose_name='decided on')),
                ('adopted_on', models.DateField(editable=False, null=True, verbose_name='adopted on')),
                ('implemented_on', models.DateField(editable=False, null=True, verbose_name='implemented on')),
                ('verified_on', models.DateField(editable=False, null=True, verbose_name='verified on')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='enterprises.enterprise', verbose_name='enterprise')),
                ('implemented_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suggestions', to='training.module', verbose_name='module')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suggestions', to='enterprises.team', verbose_name='team')),
                ('verified_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suggestions', to='training.counsellingvisit', verbose_name='raised during visit')),
            ],
            options={
                'verbose_name': 'suggestion',
                'verbose_name_plural': 'suggestions',
                'ordering': ['-submitted_on', '-pk'],
                'indexes': [models.Index(fields=['submitted_on', 'enterprise', 'category'], name='suggestion_by_submitted'), models.Index(condition=models.Q(('adopted_on__isnull', False)), fields=['adopted_on', 'enterprise', 'category'], name='suggestion_by_adopted'), models.Index(fields=['enterprise', 'status', 'submitted_on'], name='suggestion_by_enterprise')],
                'constraints': [models.UniqueConstraint(fields=('enterprise', 'number'), name='suggestion_number_once'), models.CheckConstraint(condition=models.Q(('status__in', ['submitted', 'deferred', 'adopted', 'rejected', 'withdrawn', 'implemented', 'verified', 'cancelled', 'void'])), name='suggestion_status_known'), models.CheckConstraint(condition=models.Q(('submitted_on__isnull', False)), name='suggestion_has_a_day'), models.CheckConstraint(condition=models.Q(('decided_on__isnull', True), ('decided_on__gte', models.F('submitted_on')), _connector='OR'), name='suggestion_decided_after_submitted', violation_error_message='The decision lies before the day of submission.'), models.CheckConstraint(condition=models.Q(('adopted_on__isnull', True), models.Q(('adopted_on', models.F('decided_on')), ('decided_on__isnull', False)), _connector='OR'), name='suggestion_adopted_is_a_decision'), models.CheckConstraint(condition=models.Q(('implemented_on__isnull', True), models.Q(('adopted_on__isnull', False), ('implemented_on__gte', models.F('adopted_on'))), _connector='OR'), name='suggestion_implemented_after_adopted', violation_error_message='A suggestion is implemented only after it was adopted.'), models.CheckConstraint(condition=models.Q(('verified_on__isnull', True), models.Q(('implemented_on__isnull', False), ('verified_on__gte', models.F('implemented_on'))), _connector='OR'), name='suggestion_verified_after_implemented', violation_error_message='A suggestion is verified only after it was implemented.'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['adopted', 'implemented', 'verified', 'cancelled']), _negated=True), ('adopted_on__isnull', False), _connector='OR'), name='suggestion_adopted_has_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['implemented', 'verified']), _negated=True), ('implemented_on__isnull', False), _connector='OR'), name='suggestion_implemented_has_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'verified'), _negated=True), models.Q(('verified_by__isnull', False), ('verified_on__isnull', False)), _connector='OR'), name='suggestion_verified_by_somebody'), models.CheckConstraint(condition=models.Q(('verified_by__isnull', True), ('implemented_by__isnull', True), models.Q(('verified_by', models.F('implemented_by')), _negated=True), _connector='OR'), name='suggestion_verified_by_another', violation_error_message='Whoever implemented a suggestion cannot verify it.'), models.CheckConstraint(condition=models.Q(('is_anonymous', False), ('proposer', ''), _connector='OR'), name='suggestion_anonymous_has_no_name', violation_error_message='An anonymous suggestion carries no name.'), models.CheckConstraint(condition=models.Q(('saving_actual__isnull', True), ('saving_actual__gte', 0), _connector='OR'), name='suggestion_saving_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='SuggestionChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveIntegerField(verbose_name='sequence')),
                ('move', models.CharField(max_length=24, verbose_name='move')),
                ('source', models.CharField(blank=True, max_length=16, verbose_name='from')),
                ('target', models.CharField(max_length=16, verbose_name='to')),
                ('happened_on', models.DateField(verbose_name='event day')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='held until')),
                ('entered_at', models.DateTimeField(verbose_name='entered at')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='details')),
                ('in_force', models.BooleanField(default=True, verbose_name='in force')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('suggestion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='suggestions.suggestion')),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='suggestions.suggestionchange', verbose_name='supersedes')),
            ],
            options={
                'verbose_name': 'change of a suggestion',
                'verbose_name_plural': 'changes of suggestions',
                'ordering': ['seq', 'pk'],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('in_force', True)), fields=['happened_on', 'suggestion'], name='suggestion_change_by_day'), models.Index(condition=models.Q(('in_force', True)), fields=['suggestion', 'target'], name='suggestion_change_by_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('in_force', True)), fields=('suggestion', 'seq'), name='suggestion_change_one_row_in_force_a_step'), models.CheckConstraint(condition=models.Q(('until_on__isnull', True), ('until_on__gte', models.F('happened_on')), _connector='OR'), name='suggestion_change_until_after_start')],
            },
        ),
        migrations.CreateModel(
            name='SuggestionPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('before', 'before'), ('after', 'after')], default='before', max_length=8, verbose_name='kind')),
                ('file', models.ImageField(max_length=200, upload_to=score_mis.lib.photos.photo_path, verbose_name='photo')),
                ('is_placeholder', models.BooleanField(default=False, verbose_name='placeholder')),
                ('added_at', models.DateTimeField(default=score_mis.lib.dates.now, editable=False, verbose_name='added at')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('suggestion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='suggestions.suggestion')),
            ],
            options={
                'verbose_name': 'photo of a suggestion',
                'verbose_name_plural': 'photos of suggestions',
                'ordering': ['kind', 'pk'],
                'abstract': False,
            },
        ),
    ]
