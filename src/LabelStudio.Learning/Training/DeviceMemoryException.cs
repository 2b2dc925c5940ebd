namespace LabelStudio.Learning.Training;

/// <summary>The device's memory does not suffice for a single image of the run.</summary>
public sealed class DeviceMemoryException : Exception
{
    internal DeviceMemoryException(Exception cause)
        : base("The device's memory does not suffice for a single image. Choose a smaller image side or fewer trained stages, or end other programs that use the GPU.", cause)
    {
    }
}
