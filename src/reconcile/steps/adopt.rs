//! Marking what the plan takes over from another inventory.

use crate::reconcile::adoption::Marks;

use super::{Done, Work};

impl Work<'_> {
    /// Devices last: the next run finds modules and interfaces by them.
    pub(in crate::reconcile) async fn mark(&mut self, marks: &Marks) -> Done {
        self.update_modules(&marks.modules).await?;
        self.update_interfaces(&marks.interfaces).await?;
        self.update_cables(&marks.cables).await?;
        self.update_devices(&marks.devices).await
    }
}
