namespace LabelStudio.Web.Account;

/// <summary>Makes the first administrator from the settings where they name one; otherwise says where to set one up.</summary>
public sealed class AdministratorFromSettings(FirstStart firstStart, IConfiguration configuration, ILogger<AdministratorFromSettings> log)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await firstStart.IsDoneAsync(cancellationToken))
        {
            return;
        }

        var email = configuration["Studio:Administrator:Email"];
        var password = configuration["Studio:Administrator:Password"];
        if (string.IsNullOrWhiteSpace(email) || string.IsNullOrEmpty(password))
        {
            log.LogWarning("Nobody can sign in yet: open the address below and make the first administrator. From another machine the page asks for this code: {Code}", firstStart.Code);
            return;
        }

        var name = configuration["Studio:Administrator:Name"] ?? email.Split('@')[0];
        var errors = await firstStart.CreateAdministratorAsync(email, name, password, cancellationToken);
        if (errors.Count > 0)
        {
            throw new InvalidOperationException(
                $"The administrator '{email}' of the settings Studio:Administrator could not be made: {string.Join(' ', errors)}");
        }

        log.LogInformation("The first administrator {Email} was made from the settings", email);
    }
}
