namespace LabelStudio.Web.Account;

/// <summary>What a new person types in.</summary>
public sealed class PersonForm
{
    public string Code { get; set; } = "";

    public string DisplayName { get; set; } = "";

    public string Email { get; set; } = "";

    public string Password { get; set; } = "";

    public string PasswordAgain { get; set; } = "";

    public IReadOnlyList<string> Check()
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(DisplayName))
        {
            errors.Add("Give the name that others see beside your labels.");
        }

        if (!Email.Trim().Contains('@', StringComparison.Ordinal))
        {
            errors.Add("Give an email address: you sign in with it. Nothing is sent to it.");
        }

        if (Password != PasswordAgain)
        {
            errors.Add("The two passwords differ. Type the same one twice.");
        }

        return errors;
    }
}
