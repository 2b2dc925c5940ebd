using System.Security.Cryptography;
using System.Text;

namespace LabelStudio.Pipeline.Projects;

/// <summary>Random secrets that are shown once and kept as a hash. 256 random bits need no salt and no slow hash.</summary>
internal static class OneTimeSecret
{
    /// <summary>256 random bits as 64 lower-case hexadecimal digits: safe in an address and easy to select.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Takes the same time wherever the two differ.</summary>
    public static bool Matches(string secret, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(hash));
}
