namespace LabelStudio.Web.Account;

/// <summary>
/// Marks endpoints for programs that know only HTTP Basic: the access token comes as the password, the name is not looked at.
/// No cookie opens them, so that a password which a browser keeps is never mistaken for a person.
/// </summary>
public sealed class TokenAsPassword;
