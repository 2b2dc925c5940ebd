using System.Security.Cryptography;
using System.Text;

namespace LabelStudio.Web.Worker;

/// <summary>The key with which the trainer that this server starts signs in. Made anew at each start and never written down.</summary>
public sealed class LocalWorkerToken
{
    private const int RandomBytes = 32;

    public string Value { get; } = "local_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));

    public bool Matches(string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(Value));
}
