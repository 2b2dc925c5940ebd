namespace LabelStudio.Pipeline.Projects;

/// <summary>Invites people: makes one-time codes, shows what a code gives, and gives it once.</summary>
public sealed class InvitationService
{
    public Task<CreatedInvitation> CreateAsync(Guid userId, NewInvitation invitation, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<IReadOnlyList<InvitationInfo>> ListAsync(Guid userId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task RevokeAsync(Guid userId, Guid invitationId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>What the code gives; null when it is unknown, used or expired.</summary>
    public Task<InvitationInfo?> PeekAsync(string code, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Uses the code up and gives its role to the new person, both or neither.</summary>
    public Task MarkAcceptedAsync(string code, Guid newUserId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
