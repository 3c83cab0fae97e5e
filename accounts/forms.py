"""Forms about people."""

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(AuthenticationForm):
    """Name and password."""

    def __init__(self, *args, **kwargs) -> None:  # noqa: ANN002, ANN003 (Django's own signature)
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class PersonForm(forms.ModelForm):
    """Register a person or change their data; the password is set only when one is typed."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. Leave empty to keep the present one."),
    )

    class Meta:
        model = User
        fields = ["username", "name", "email", "language", "is_active"]
        labels = {"is_active": _("May sign in")}
        help_texts = {"is_active": ""}

    def __init__(self, *args, **kwargs) -> None:  # noqa: ANN002, ANN003 (Django's own signature)
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["password"].required = True
            self.fields["password"].help_text = _("At least 10 characters.")
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_password(self) -> str:
        """Refuse passwords that are easy to guess."""
        password = self.cleaned_data["password"]
        if password:
            password_validation.validate_password(password, self.instance)
        return password

    def save(self, commit: bool = True) -> User:
        """Save the person and, if one was typed, the password."""
        user = super().save(commit=False)
        if self.cleaned_data["password"]:
            user.set_password(self.cleaned_data["password"])
        if commit:
            user.save()
        return user
