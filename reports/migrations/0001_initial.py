import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('enterprises', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='TallyRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('drain', 'count'), ('recount', 'recount')], max_length=10, verbose_name='kind')),
                ('finished_at', models.DateTimeField(verbose_name='finished at')),
                ('marks', models.PositiveIntegerField(default=0, verbose_name='marks taken')),
                ('differences', models.JSONField(blank=True, default=list, verbose_name='differences')),
            ],
            options={
                'verbose_name': 'tally run',
                'verbose_name_plural': 'tally runs',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='AreaTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(max_length=32)),
                ('stream', models.PositiveSmallIntegerField(default=0)),
                ('dim', models.CharField(blank=True, max_length=16)),
                ('key', models.CharField(blank=True, max_length=40)),
                ('level', models.CharField(blank=True, max_length=8)),
                ('day', models.DateField()),
                ('n', models.IntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.area')),
            ],
            options={
                'verbose_name': 'tally of an area',
                'verbose_name_plural': 'tallies of areas',
                'indexes': [models.Index(fields=['measure', 'day'], name='area_tally_by_day')],
                'constraints': [models.UniqueConstraint(fields=('area', 'measure', 'stream', 'dim', 'key', 'level', 'day'), name='area_tally_one_cell')],
            },
        ),
        migrations.CreateModel(
            name='EnterpriseTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(max_length=32)),
                ('stream', models.PositiveSmallIntegerField(default=0)),
                ('dim', models.CharField(blank=True, max_length=16)),
                ('key', models.CharField(blank=True, max_length=40)),
                ('level', models.CharField(blank=True, max_length=8)),
                ('day', models.DateField()),
                ('n', models.IntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
            ],
            options={
                'verbose_name': 'tally of an enterprise',
                'verbose_name_plural': 'tallies of enterprises',
                'indexes': [models.Index(fields=['measure', 'dim', 'day'], name='enterprise_tally_by_day')],
                'constraints': [models.UniqueConstraint(fields=('enterprise', 'measure', 'stream', 'dim', 'key', 'level', 'day'), name='enterprise_tally_one_cell')],
            },
        ),
        migrations.CreateModel(
            name='ItemLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_code', models.CharField(max_length=12)),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
            ],
            options={
                'verbose_name': 'look at an item',
                'verbose_name_plural': 'looks at items',
                'ordering': ['enterprise', 'item_code'],
                'indexes': [models.Index(fields=['first_on', 'enterprise'], name='item_look_by_day')],
                'constraints': [models.UniqueConstraint(fields=('enterprise', 'item_code'), name='item_look_once')],
            },
        ),
    ]
